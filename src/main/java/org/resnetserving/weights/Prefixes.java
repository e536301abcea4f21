package org.resnetserving.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is before the names of the networks in a file, and which of the networks is meant. */
final class Prefixes {
  /** The first convolution's name, and a name of the first block's that must be there with it. */
  private static final List<List<String>> MARKS =
      List.of(
          List.of("conv1.weight", "layer1.0.conv1.weight"),
          List.of("conv1.0.weight", "layer1.0.conv1.weight"),
          List.of(
              "embedder.embedder.convolution.weight",
              "encoder.stages.0.layers.0.layer.0.convolution.weight"),
          List.of("stem.conv.weight", "stages.0.blocks.0.conv1.weight"),
          List.of("0.weight", "4.0.conv1.weight"));

  /** Parts of names that tell copies of a network, those last that are wanted least. */
  private static final List<List<String>> COPIES =
      List.of(
          List.of("ema", "averaged"),
          List.of("teacher", "online"),
          List.of("student", "target"),
          List.of("encoder_k", "key_encoder", "momentum"));

  private final List<String> all;
  private final @Nullable String chosen;

  private Prefixes(List<String> all, @Nullable String chosen) {
    this.all = all;
    this.chosen = chosen;
  }

  /** Of the networks among names; two of equal rank are refused. */
  static Prefixes of(FileBytes source, Set<String> names) {
    List<String> found = new ArrayList<>();
    for (List<String> marks : MARKS) {
      for (String name : names) {
        if (name.endsWith(marks.get(0))) {
          String prefix = name.substring(0, name.length() - marks.get(0).length());
          boolean whole = prefix.isEmpty() || prefix.endsWith(".");
          if (whole && names.contains(prefix + marks.get(1))) {
            found.add(prefix);
          }
        }
      }
    }
    int least = found.stream().mapToInt(Prefixes::rank).min().orElse(0);
    List<String> best = found.stream().filter(prefix -> rank(prefix) == least).toList();
    if (best.size() > 1) {
      throw source.refuse(
          "has several networks, whose names begin with %s: name one by weights.entry"
              .formatted(
                  best.stream()
                      .limit(8)
                      .map(prefix -> "'" + FileBytes.printable(prefix) + "'")
                      .toList()));
    }
    return new Prefixes(found, best.isEmpty() ? null : best.get(0));
  }

  /** Of the network that is meant; empty or ending with a dot; null if none was recognised. */
  @Nullable String chosen() {
    return chosen;
  }

  /** Whether the network is one of two encoders that learn from each other: it has no classes. */
  boolean isContrastive() {
    return all.stream().anyMatch(prefix -> rank(prefix) == COPIES.size());
  }

  /** Whether a name belongs to another network than the chosen one. */
  boolean isCopy(String name) {
    if (chosen == null) {
      return false;
    }
    for (String other : all) {
      int common = common(chosen, other);
      int end = other.indexOf('.', common);
      if (!other.equals(chosen) && end > 0 && name.startsWith(other.substring(0, end + 1))) {
        return true;
      }
    }
    return false;
  }

  /** Characters of the segments that two prefixes begin with. */
  private static int common(String one, String other) {
    int end = 0;
    for (int i = 0; i < Math.min(one.length(), other.length()); i++) {
      if (one.charAt(i) != other.charAt(i)) {
        break;
      }
      end = one.charAt(i) == '.' ? i + 1 : end;
    }
    return end;
  }

  private static int rank(String prefix) {
    for (String segment : prefix.toLowerCase(Locale.ROOT).split("\\.", -1)) {
      for (int rank = COPIES.size(); rank > 0; rank--) {
        if (COPIES.get(rank - 1).stream().anyMatch(part -> isPart(segment, part))) {
          return rank;
        }
      }
    }
    return 0;
  }

  /** Whether a word, or several with underscores between them, is in a segment as a whole. */
  private static boolean isPart(String segment, String word) {
    return ("_" + segment + "_").contains("_" + word + "_");
  }
}
