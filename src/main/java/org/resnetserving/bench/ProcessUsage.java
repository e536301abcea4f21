package org.resnetserving.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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
    return new ProcessUsage(cpu, kibibytes(status, "VmRSS:"), kibibytes(status, "VmHWM:"), busy());
  }

  private static long kibibytes(List<String> status, String key) {
    for (String line : status) {
      if (line.startsWith(key)) {
        return KIBIBYTE * Long.parseLong(line.replaceAll("\\D", ""));
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
