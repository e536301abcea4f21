package org.resnetserving.programs;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What tells a process that crashed from one that was killed from outside: the Java virtual machine
 * leaves a report where it crashes, and nothing where it gets SIGKILL. Where reports may be is
 * noted by the process that may crash, since a later one may have other settings.
 */
final class CrashReports {
  private static final String LINE = "crash report: ";

  private CrashReports() {}

  /** Lines that name the files that this process would leave, for a note. */
  static String expected() {
    return files(setting(), ProcessHandle.current().pid()).stream()
        .map(file -> LINE + file + "\n")
        .collect(Collectors.joining());
  }

  /** Where HotSpot tries to write, one after the other. */
  static List<Path> files(String errorFile, long pid) {
    List<Path> files = new ArrayList<>();
    try {
      if (!errorFile.isEmpty()) {
        String name = errorFile.replace("%p", Long.toString(pid)).replace("%%", "%");
        files.add(Path.of(name).toAbsolutePath());
      }
    } catch (InvalidPathException e) {
      files.clear(); // HotSpot cannot write there either.
    }
    String usual = "hs_err_pid%d.log".formatted(pid);
    files.add(Path.of(usual).toAbsolutePath());
    files.add(Path.of(System.getProperty("java.io.tmpdir"), usual).toAbsolutePath());
    return files;
  }

  private static String setting() {
    try {
      HotSpotDiagnosticMXBean machine =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      return machine == null ? "" : machine.getVMOption("ErrorFile").getValue();
    } catch (IllegalArgumentException e) {
      return ""; // Another virtual machine.
    }
  }

  /** Whether a file is there that a note names, and no older than it: process numbers recur. */
  static boolean isThere(String note, FileTime begin) {
    return note.lines()
        .filter(line -> line.startsWith(LINE))
        .anyMatch(line -> isSince(line.substring(LINE.length()), begin));
  }

  private static boolean isSince(String report, FileTime begin) {
    try {
      return Files.getLastModifiedTime(Path.of(report)).compareTo(begin) >= 0;
    } catch (IOException | InvalidPathException e) {
      return false; // There is none, as a rule.
    }
  }
}
