package org.resnetserving.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.resnetserving.network.Structure.Attention;
import org.resnetserving.network.Structure.Block;
import org.resnetserving.network.Structure.Shortcut;
import org.resnetserving.network.Structure.Stem;
import org.resnetserving.network.Structure.StemPool;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.WeightsException;

/** Tells a structure from the names and shapes of tensors, as far as those tell it. */
final class ToldStructure {
  private static final int MOST = 1000;

  /** Anti-aliasing has no tensors: these are like networks without it. */
  private static final List<String> ANTI_ALIASED =
      List.of(
          "resnetaa34d",
          "resnetaa50d",
          "resnetaa101d",
          "seresnetaa50d",
          "seresnextaa101d_32x8d",
          "seresnextaa201d_32x8d");

  private final StateDict weights;
  private final Set<String> names;

  private ToldStructure(StateDict weights) {
    this.weights = weights;
    this.names = weights.names();
  }

  /**
   * The architecture that these tensors are of; where the stem is torchvision's, not an
   * anti-aliased one.
   *
   * @throws WeightsException if they are no residual network's, or those of two kinds
   */
  static Architecture of(StateDict weights) {
    ToldStructure told = new ToldStructure(weights);
    Structure structure = told.structure();
    for (String aliased : ANTI_ALIASED) {
      if (!told.tiered()
          && Architecture.parse(aliased).structure().withAntiAliasing(false).equals(structure)) {
        throw new WeightsException(
            "%s: its tensors fit %s and %s alike: its descriptor must say which, architecture: %2$s or architecture: %3$s"
                .formatted(weights.source(), aliased.replace("aa", ""), aliased));
      }
    }
    return new Architecture(told.name(structure), structure);
  }

  private Structure structure() {
    Stem stem = stem();
    List<Integer> depths = depths();
    boolean bottleneck = names.contains("layer1.0.conv3.weight");
    Structure structure =
        Structure.of(bottleneck ? Block.BOTTLENECK : Block.BASIC, depths)
            .withStem(stem)
            .withShortcut(shortcut(stem, depths.size()))
            .withAttention(attention());
    if (bottleneck) {
      int groups = size("layer1.0.conv1.weight", 0) / Math.max(size("layer1.0.conv2.weight", 1), 1);
      structure = structure.withCardinality(Math.max(groups, 1));
    }
    return names.contains("maxpool.0.weight")
        ? structure.withPool(StemPool.CONVOLUTION)
        : structure;
  }

  private Stem stem() {
    if (names.contains("conv1.0.weight")) {
      return Stem.DEEP;
    }
    return switch (size("conv1.weight", 3)) {
      case 7 -> Stem.SINGLE;
      case 3 -> Stem.SMALL;
      default ->
          throw new WeightsException(
              "%s: its first convolution is no ResNet's: there is no conv1.weight of 7×7 or 3×3"
                  .formatted(weights.source()));
    };
  }

  private List<Integer> depths() {
    List<Integer> depths = new ArrayList<>();
    for (int stage = 1; names.contains("layer%d.0.conv1.weight".formatted(stage)); stage++) {
      int blocks = 1;
      while (blocks < MOST && names.contains("layer%d.%d.conv1.weight".formatted(stage, blocks))) {
        blocks++;
      }
      depths.add(blocks);
    }
    if (depths.isEmpty() || depths.size() > 6) {
      throw new WeightsException(
          "%s: its stages are no ResNet's: there are %d like layer1.0.conv1.weight"
              .formatted(weights.source(), depths.size()));
    }
    return depths;
  }

  private Shortcut shortcut(Stem stem, int stages) {
    List<String> first =
        IntStream.rangeClosed(1, stages).mapToObj("layer%d.0.downsample."::formatted).toList();
    if (first.stream().anyMatch(prefix -> size(prefix + "0.weight", 3) > 0)) {
      return Shortcut.CONVOLUTION;
    } else if (first.stream().anyMatch(prefix -> size(prefix + "1.weight", 3) > 0)) {
      return Shortcut.AVERAGE;
    }
    return stem == Stem.SMALL ? Shortcut.ZEROS : Shortcut.CONVOLUTION;
  }

  private Attention attention() {
    if (names.contains("layer1.0.se.fc1.weight")) {
      return Attention.SQUEEZE;
    }
    return names.contains("layer1.0.se.conv.weight") ? Attention.NEIGHBOURS : Attention.NONE;
  }

  /** Channels of one group in the first stage: what names end with. */
  private int groupWidth(Structure structure) {
    return size("layer1.0.conv2.weight", 0) / structure.cardinality();
  }

  /** Whether the three convolutions of the stem widen step by step: timm's {@code t}. */
  private boolean tiered() {
    return size("conv1.0.weight", 0) < size("conv1.3.weight", 0);
  }

  /** One size of a tensor; 0 if it has no such dimension, or is not there. */
  private int size(String name, int dimension) {
    int[] shape = names.contains(name) ? weights.shape(name) : new int[0];
    return dimension < shape.length ? shape[dimension] : 0;
  }

  /** What torchvision or timm call it, where they have a name. */
  private String name(Structure structure) {
    List<Integer> depths = structure.depths();
    if (depths.stream().distinct().count() == 1 && depths.size() == 3) {
      String cifar = "resnet%d-cifar".formatted(6 * depths.get(0) + 2);
      if (depths.get(0) <= 200 && Architecture.parse(cifar).structure().equals(structure)) {
        return cifar;
      }
    }
    boolean wide =
        structure.cardinality() == 1
            && size("layer1.0.conv3.weight", 0) == 2 * size("layer1.0.conv2.weight", 0)
            && size("layer1.0.conv3.weight", 0) > 0;
    Stream<String> known =
        wide ? Stream.of("wide_resnet50_2", "wide_resnet101_2") : Architecture.members();
    return known
        .filter(name -> name.matches(".*\\dt(_.*)?") == tiered())
        .filter(name -> Architecture.parse(name).structure().equals(structure))
        .findFirst()
        .map(name -> name.replace("x4d", "x%dd".formatted(groupWidth(structure))))
        .orElse("residual network of %s blocks".formatted(depths));
  }
}
