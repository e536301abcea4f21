package org.resnetserving.network;

import java.util.List;
import org.resnetserving.weights.StateDict;

/**
 * How a residual network is built: all that its tensors do not tell. Widths, the sizes of kernels
 * and the number of classes are the tensors' own, so that one structure fits narrow and wide
 * networks.
 *
 * @param block what is repeated
 * @param depths blocks of each stage
 * @param cardinality groups of the 3×3 convolution of a bottleneck: ResNeXt's; 1 elsewhere
 * @param stem what comes before the first stage
 * @param pool what makes the stem's output smaller
 * @param shortcut what a block's input goes through where its output has another size
 * @param attention what weighs a block's channels before it is added to its input
 * @param antiAliased whether a 3×3 convolution that would step over places is followed by an
 *     average over 2×2 places instead, and the stem's pooling is one ({@code aa} in timm's names)
 * @param strideInFirst whether a bottleneck steps in its first convolution, the 1×1, as the paper's
 *     does; else in the 3×3, as torchvision's ("v1.5")
 * @param stepInFirstStage whether the first stage halves its input too; in most only later ones do
 */
public record Structure(
    Block block,
    List<Integer> depths,
    int cardinality,
    Stem stem,
    StemPool pool,
    Shortcut shortcut,
    Attention attention,
    boolean antiAliased,
    boolean strideInFirst,
    boolean stepInFirstStage) {
  private static final int DEEPEST = 1000;

  /** What is repeated. */
  public enum Block {
    /** Two 3×3 convolutions. */
    BASIC,
    /** A 1×1, a 3×3 and a 1×1 convolution. */
    BOTTLENECK
  }

  /** What comes before the first stage; a pooling follows unless it is {@link #SMALL}. */
  public enum Stem {
    /** One 3×3 convolution by steps of one, for small pictures: nothing is pooled after it. */
    SMALL,
    /** One 7×7 convolution by steps of two. */
    SINGLE,
    /** Three 3×3 convolutions, the first by steps of two. */
    DEEP
  }

  /** What makes the stem's output smaller. */
  public enum StemPool {
    /** A maximum over 3×3 places; an average over 2×2 if the network is anti-aliased. */
    MAX,
    /** A 3×3 convolution by steps of two (ResNet-RS). */
    CONVOLUTION
  }

  /** What a block's input goes through where its output has another size. */
  public enum Shortcut {
    /** A convolution that steps (option B of the paper). */
    CONVOLUTION,
    /** An average over 2×2 places, then a 1×1 convolution (ResNet-D). */
    AVERAGE,
    /** Every second place, and zeros for the missing channels, half before, half after (A). */
    ZEROS
  }

  /** What weighs a block's channels before it is added to its input. */
  public enum Attention {
    /** Nothing. */
    NONE,
    /** Two matrices over the channels' means (SE, arXiv 1709.01507). */
    SQUEEZE,
    /** One small kernel over the channels' means (ECA, arXiv 1910.03151). */
    NEIGHBOURS
  }

  /** Refuses counts that are no network's, and combinations that do not exist. */
  public Structure {
    depths = List.copyOf(depths);
    if (depths.isEmpty()
        || depths.size() > 6
        || depths.stream().anyMatch(depth -> depth < 1 || depth > DEEPEST)) {
      throw new IllegalArgumentException("stages of %s blocks".formatted(depths));
    }
    if (cardinality < 1 || (cardinality > 1 && block == Block.BASIC)) {
      throw new IllegalArgumentException(
          "%d groups in %s blocks".formatted(cardinality, block.name()));
    }
    if (strideInFirst && antiAliased) {
      throw new IllegalArgumentException("anti-aliased, and stepping in the first convolution");
    }
  }

  /** torchvision's structure: plain stem, shortcuts by convolution. */
  public static Structure of(Block block, Integer... depths) {
    return of(block, List.of(depths));
  }

  /** torchvision's structure: plain stem, shortcuts by convolution. */
  public static Structure of(Block block, List<Integer> depths) {
    return new Structure(
        block,
        depths,
        1,
        Stem.SINGLE,
        StemPool.MAX,
        Shortcut.CONVOLUTION,
        Attention.NONE,
        false,
        false,
        false);
  }

  /** The same in that many groups. */
  public Structure withCardinality(int groups) {
    return new Structure(
        block,
        depths,
        groups,
        stem,
        pool,
        shortcut,
        attention,
        antiAliased,
        strideInFirst,
        stepInFirstStage);
  }

  /** The same after another stem. */
  public Structure withStem(Stem other) {
    return new Structure(
        block,
        depths,
        cardinality,
        other,
        pool,
        shortcut,
        attention,
        antiAliased,
        strideInFirst,
        stepInFirstStage);
  }

  /** The same with another pooling after the stem. */
  public Structure withPool(StemPool other) {
    return new Structure(
        block,
        depths,
        cardinality,
        stem,
        other,
        shortcut,
        attention,
        antiAliased,
        strideInFirst,
        stepInFirstStage);
  }

  /** The same with other shortcuts. */
  public Structure withShortcut(Shortcut other) {
    return new Structure(
        block,
        depths,
        cardinality,
        stem,
        pool,
        other,
        attention,
        antiAliased,
        strideInFirst,
        stepInFirstStage);
  }

  /** The same with another attention. */
  public Structure withAttention(Attention other) {
    return new Structure(
        block,
        depths,
        cardinality,
        stem,
        pool,
        shortcut,
        other,
        antiAliased,
        strideInFirst,
        stepInFirstStage);
  }

  /** The same, anti-aliased or not. */
  public Structure withAntiAliasing(boolean wanted) {
    return new Structure(
        block,
        depths,
        cardinality,
        stem,
        pool,
        shortcut,
        attention,
        wanted,
        strideInFirst,
        stepInFirstStage);
  }

  /** The same, stepping in the first convolution of a bottleneck or not. */
  public Structure withStrideInFirst(boolean wanted) {
    return new Structure(
        block,
        depths,
        cardinality,
        stem,
        pool,
        shortcut,
        attention,
        antiAliased,
        wanted,
        stepInFirstStage);
  }

  /** The same, halving its input in the first stage too or not. */
  public Structure withStepInFirstStage(boolean wanted) {
    return new Structure(
        block,
        depths,
        cardinality,
        stem,
        pool,
        shortcut,
        attention,
        antiAliased,
        strideInFirst,
        wanted);
  }

  /**
   * The network with these weights, under torchvision's and timm's names. Their numbers are read
   * later, so {@code weights} must stay open as long as the graph is used. Without {@code fc.*} the
   * network has no head.
   *
   * @param name what messages call the network
   * @param input what is done to the pixels first
   * @throws org.resnetserving.weights.WeightsException if a tensor is missing, has another shape
   *     than the structure wants, or has no place in it
   */
  public Graph graph(String name, StateDict weights, Normalization input) {
    CheckedWeights checked = new CheckedWeights(weights, name);
    Graph graph = new ResidualBuilder(this, checked, input).build();
    checked.refuseSurplus();
    return graph;
  }
}
