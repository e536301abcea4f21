package org.resnetserving.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What it is measured on.
 *
 * @param processor its name
 * @param cores that this process may use
 * @param features of the processor that matter to networks
 */
record Machine(String processor, int cores, List<String> features) {
  private static final List<String> INTERESTING =
      List.of(
          "avx2",
          "avx512f",
          "avx_vnni",
          "avx512_vnni",
          "avx512_bf16",
          "amx_bf16",
          "amx_int8",
          "asimddp",
          "i8mm",
          "bf16");

  static Machine here() {
    List<String> lines;
    try {
      lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
    } catch (IOException e) {
      lines = List.of();
    }
    Set<String> flags = new HashSet<>(Arrays.asList(value(lines, "flags").split(" ")));
    flags.addAll(Arrays.asList(value(lines, "Features").split(" ")));
    return new Machine(
        value(lines, "model name"),
        Runtime.getRuntime().availableProcessors(),
        INTERESTING.stream().filter(flags::contains).toList());
  }

  private static String value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("");
  }

  /** How many times the stock way's throughput is to be reached on such a processor. */
  double wantedSpeedup() {
    if (features.contains("amx_int8")) {
      return 8;
    }
    if (features.contains("avx512_vnni") || features.contains("avx_vnni")) {
      return 4;
    }
    return 1.3;
  }
}
