package org.resnetserving.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.resnetserving.network.ProgramKind;

/**
 * What programs run on: which of them to expect the most of, before any was timed.
 *
 * @param name by which choices are remembered: model and features
 * @param features as Linux names them; none where it does not tell
 */
record Processor(String name, Set<String> features) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** With one of them, 8-bit products cost a quarter of what fp32's do; see RATIONALE. */
  private static final Set<String> INT8 =
      Set.of("avx2", "avx512_vnni", "avx_vnni", "asimddp", "i8mm");

  private static final Set<String> BF16 = Set.of("avx512_bf16", "amx_bf16", "bf16");

  /** This machine's. */
  static Processor here() {
    List<String> told = new ArrayList<>();
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      lines.filter(Processor::tells).distinct().forEach(told::add);
    } catch (IOException e) {
      told.add(System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }
    return of(told);
  }

  /**
   * Of lines of {@code /proc/cpuinfo}.
   *
   * @param lines those that tell model and features
   */
  static Processor of(List<String> lines) {
    Set<String> features = new TreeSet<>();
    for (String line : lines) {
      if (line.startsWith("flags") || line.startsWith("Features")) {
        Collections.addAll(features, line.substring(line.indexOf(':') + 1).trim().split(" +"));
      }
    }
    return new Processor(String.join("\n", lines), features);
  }

  private static boolean tells(String line) {
    return line.startsWith("model name") || line.startsWith("flags") || line.startsWith("Features");
  }

  /** Those that it should run well, the fastest first, and then the plain one, if it is there. */
  List<ProgramKind> expected(Collection<ProgramKind> candidates) {
    return candidates.stream()
        .filter(this::suits)
        .sorted(Comparator.comparing(Processor::rank))
        .toList();
  }

  /** Whether it has what the program is written for, as far as is known. */
  boolean suits(ProgramKind kind) {
    return switch (kind) {
      case FUSED_INT8, FUSED_INT7 -> hasOneOf(INT8);
      case FUSED_BF16 -> hasOneOf(BF16);
      case STOCK -> false;
      case PLAIN, FUSED, CUDA_FP16 -> true;
    };
  }

  private boolean hasOneOf(Set<String> those) {
    return features.isEmpty() || !Collections.disjoint(features, those);
  }

  private static int rank(ProgramKind kind) {
    return switch (kind) {
      case FUSED_INT8, FUSED_INT7 -> 0;
      case FUSED_BF16, CUDA_FP16 -> 1;
      case FUSED -> 2;
      case PLAIN, STOCK -> 3;
    };
  }
}
