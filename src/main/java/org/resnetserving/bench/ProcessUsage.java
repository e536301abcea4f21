package org.resnetserving.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process has used so far.
 *
 * @param cpuNanos processor time, of all its threads
 * @param residentBytes memory held now; 0 where the system does not tell
 * @param peakBytes most memory held ever; 0 where the system does not tell
 * @param busyNanos processor time that the whole machine spent; 0 where the system does not tell
 */
record ProcessUsage(long cpuNanos, long residentBytes, long peakBytes, long busyNanos) {
  private static final long NANOS_PER_TICK = 10_000_000;
  private static final long KIBIBYTE = 1024;

  /** As Linux cuts them off. */
  private static final Pattern COMPILER_THREAD =
      Pattern.compile("\\d+ \\(C[12] CompilerThre\\) .*");

  /** Of {@code /proc/PID/task/TID/stat}, counted after the name: user and system time. */
  private static final int USER_TIME = 11;

  /** Of none. */
  static final ProcessUsage NONE = new ProcessUsage(0, 0, 0, 0);

  /** Now. */
  static ProcessUsage of(long pid) {
    long cpu =
        ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .map(Duration::toNanos)
            .orElse(0L);
    List<String> status = lines(Path.of("/proc", Long.toString(pid), "status"));
    return new ProcessUsage(
        cpu, KIBIBYTE * number(status, "VmRSS:"), KIBIBYTE * number(status, "VmHWM:"), busy());
  }

  /** Open file descriptors; 0 where the system does not tell. */
  static long files(long pid) {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return files.count();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Threads; 0 where the system does not tell. */
  static long threads(long pid) {
    return number(lines(Path.of("/proc", Long.toString(pid), "status")), "Threads:");
  }

  /**
   * Processor time of the threads that compile in the process's JVM, those that live now; 0 where
   * the system does not tell.
   */
  static long compilerNanos(long pid) {
    long ticks = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        for (String line : lines(thread.resolve("stat"))) {
          if (COMPILER_THREAD.matcher(line).matches()) {
            String[] fields = line.substring(line.indexOf(')') + 2).split(" ", -1);
            ticks += Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
          }
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return ticks * NANOS_PER_TICK;
  }

  private static long number(List<String> status, String key) {
    for (String line : status) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }

  /** user, nice, system, irq, softirq and steal of all processors: not idle, not waiting. */
  private static long busy() {
    for (String line : lines(Path.of("/proc/stat"))) {
      if (line.startsWith("cpu ")) {
        String[] ticks = line.substring(4).strip().split(" +", -1);
        long sum = 0;
        for (int i : new int[] {0, 1, 2, 5, 6}) {
          sum += Long.parseLong(ticks[i]);
        }
        return sum * NANOS_PER_TICK;
      }
    }
    return 0;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
