package org.resnetserving.memory;

import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory the process may still take. Thread-safe. */
public final class MemoryRoom {
  private final MemoryFiles files;

  private MemoryRoom(MemoryFiles files) {
    this.files = files;
  }

  /** That of this process. */
  public static MemoryRoom ofProcess() {
    return new MemoryRoom(MemoryFiles.of(Path.of("/proc"), Path.of("/sys/fs/cgroup")));
  }

  /**
   * Of its control group's limit, or of the machine's memory, what is not used, in bytes; empty
   * where that is not known (not on Linux).
   */
  public OptionalLong left() {
    OptionalLong limit = files.limit();
    OptionalLong used = files.used();
    return limit.isPresent() && used.isPresent()
        ? OptionalLong.of(Math.max(0, limit.getAsLong() - used.getAsLong()))
        : OptionalLong.empty();
  }

  /**
   * What is {@link #left()} for native memory once the Java heap has grown to its largest; negative
   * if that would not fit.
   */
  public OptionalLong leftBesideHeap() {
    Runtime machine = Runtime.getRuntime();
    long growth = machine.maxMemory() - machine.totalMemory();
    OptionalLong left = left();
    return left.isPresent() ? OptionalLong.of(left.getAsLong() - growth) : left;
  }
}
