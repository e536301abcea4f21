package org.resnetserving.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Linux says of the process's memory in {@code /proc} and of its control group's in {@code
 * /sys/fs/cgroup}, of either version. Each number is read when it is asked for, in bytes; none
 * where there is no such file.
 */
final class MemoryFiles {
  /** Files of 4 KB at most, but a limit all the same: lines are looked at, not more of them. */
  private static final int MAX_LINES = 1000;

  private static final long KILO = 1024;

  private final Path proc;
  private final Path group;
  private final Path top;
  private final boolean unified;

  private MemoryFiles(Path proc, Path group, Path top, boolean unified) {
    this.proc = proc;
    this.group = group;
    this.top = top;
    this.unified = unified;
  }

  /**
   * Finds the process's control group.
   *
   * @param proc the folder {@code /proc}
   * @param cgroup the folder {@code /sys/fs/cgroup}
   */
  static MemoryFiles of(Path proc, Path cgroup) {
    Path first = cgroup.resolve("memory");
    boolean unified = !Files.isDirectory(first);
    Path top = unified ? cgroup : first;
    Pattern membership =
        Pattern.compile(unified ? "0::/(.*)" : "\\d+:(?:.*,)?memory(?:,.*)?:/(.*)");
    // In a container, the path may be that of the machine, and what is mounted be the group itself.
    Path group =
        number(proc.resolve("self/cgroup"), membership)
            .map(top::resolve)
            .map(Path::normalize)
            .filter(path -> path.startsWith(top) && Files.isDirectory(path))
            .orElse(top);
    return new MemoryFiles(proc, group, top, unified);
  }

  /** Of the process, in RAM. */
  OptionalLong resident() {
    return kilobytes("self/status", "VmRSS:\\s+(\\d+) kB");
  }

  /**
   * Of the control group, without files' pages that Linux can drop at once: what counts when it
   * looks for a process to kill. The process's own where there is no group.
   */
  OptionalLong used() {
    OptionalLong all =
        bytes(group.resolve(unified ? "memory.current" : "memory.usage_in_bytes"), "(\\d+)");
    if (all.isEmpty()) {
      return resident();
    }
    OptionalLong droppable =
        bytes(
            group.resolve("memory.stat"),
            unified ? "inactive_file (\\d+)" : "total_inactive_file (\\d+)");
    return OptionalLong.of(Math.max(0, all.getAsLong() - droppable.orElse(0)));
  }

  /** That the group may use: the least limit of it and those it is in, and the machine's memory. */
  OptionalLong limit() {
    OptionalLong least = kilobytes("meminfo", "MemTotal:\\s+(\\d+) kB");
    for (Path at = group; at != null && at.startsWith(top); at = at.getParent()) {
      // No limit is the word max, or a number beyond any machine's memory.
      OptionalLong limit =
          bytes(at.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), "(\\d+)");
      if (limit.isPresent() && (least.isEmpty() || limit.getAsLong() < least.getAsLong())) {
        least = limit;
      }
    }
    return least;
  }

  private OptionalLong kilobytes(String file, String line) {
    OptionalLong found = bytes(proc.resolve(file), line);
    return found.isEmpty() ? found : OptionalLong.of(found.getAsLong() * KILO);
  }

  private static OptionalLong bytes(Path file, String line) {
    Optional<String> digits = number(file, Pattern.compile(line));
    try {
      return digits.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(digits.get()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The pattern's group in the first line that matches. */
  private static Optional<String> number(Path file, Pattern line) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .limit(MAX_LINES)
          .map(line::matcher)
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }
}
