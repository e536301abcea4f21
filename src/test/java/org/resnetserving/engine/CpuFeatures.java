package org.resnetserving.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine's processor can do, where Linux tells. */
public final class CpuFeatures {
  private static final Path INFO = Path.of("/proc/cpuinfo");

  private CpuFeatures() {}

  /** Whether oneDNN has its own kernels here. */
  static boolean areIntels() {
    return System.getProperty("os.arch").equals("amd64");
  }

  /** Whether it has a flag of {@code /proc/cpuinfo}. */
  public static boolean has(String flag) {
    try {
      return Files.isReadable(INFO)
          && Files.readAllLines(INFO).stream()
              .filter(line -> line.startsWith("flags"))
              .limit(1)
              .anyMatch(line -> (line + " ").contains(" " + flag + " "));
    } catch (IOException e) {
      return false;
    }
  }
}
