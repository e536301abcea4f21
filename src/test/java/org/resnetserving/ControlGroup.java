package org.resnetserving;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * Limits that Linux holds a process and its children to, as a container's are: a control group of
 * either version. It takes root, and {@code /sys/fs/cgroup} to be written to; elsewhere the test is
 * skipped, and says why.
 */
public final class ControlGroup implements AutoCloseable {
  private static final Path TOP = Path.of("/sys/fs/cgroup");
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Microseconds in which a share of the processors is reckoned: Linux's own. */
  private static final int PERIOD = 100_000;

  private final Path memory;
  private final List<Path> folders;
  private final boolean unified;

  private ControlGroup(Path memory, List<Path> folders, boolean unified) {
    this.memory = memory;
    this.folders = folders;
    this.unified = unified;
  }

  /**
   * Makes one.
   *
   * @param mebibytes of memory, swap included
   * @param processors that may be busy on average
   */
  public static ControlGroup of(int mebibytes, double processors) {
    try {
      return make(mebibytes, processors);
    } catch (IOException e) {
      return Assumptions.abort("No control group can be made here: " + e);
    }
  }

  private static ControlGroup make(int mebibytes, double processors) throws IOException {
    String name =
        "resnet-test-%d-%d".formatted(ProcessHandle.current().pid(), COUNT.getAndIncrement());
    String bytes = Long.toString((long) mebibytes << 20);
    String quota = Long.toString((long) (processors * PERIOD));
    if (Files.isDirectory(TOP.resolve("memory"))) {
      Path memory = Files.createDirectory(TOP.resolve("memory").resolve(name));
      Path processor = Files.createDirectory(TOP.resolve("cpu").resolve(name));
      Files.writeString(memory.resolve("memory.limit_in_bytes"), bytes);
      Files.writeString(processor.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD));
      Files.writeString(processor.resolve("cpu.cfs_quota_us"), quota);
      return new ControlGroup(memory, List.of(memory, processor), false);
    }
    Files.writeString(TOP.resolve("cgroup.subtree_control"), "+cpu +memory");
    Path both = Files.createDirectory(TOP.resolve(name));
    Files.writeString(both.resolve("memory.max"), bytes);
    Files.writeString(both.resolve("cpu.max"), quota + " " + PERIOD);
    return new ControlGroup(both, List.of(both), true);
  }

  /** Words before a command that has it run within the limits. */
  public List<String> prefix() {
    List<String> steps = new ArrayList<>();
    folders.forEach(folder -> steps.add("echo $$ > %s/cgroup.procs".formatted(folder)));
    steps.add("exec \"$@\"");
    return List.of("sh", "-c", String.join(" && ", steps), "sh");
  }

  /** How many processes Linux killed in it for want of memory. */
  public long kills() throws IOException {
    return Files.readAllLines(memory.resolve(unified ? "memory.events" : "memory.oom_control"))
        .stream()
        .filter(line -> line.startsWith("oom_kill "))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** Once all its processes have ended. */
  @Override
  public void close() {
    for (Path folder : folders) {
      await().atMost(Duration.ofMinutes(1)).until(() -> folder.toFile().delete());
    }
  }
}
