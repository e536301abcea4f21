package org.resnetserving.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Between which numbers a network's values lie, by the name of the value: what 8-bit programs are
 * scaled by.
 */
public final class ActivationRanges {
  /** Deviations from the mean that batch-norm ranges reach to; see RATIONALE. */
  public static final double DEVIATIONS = 8;

  private final Map<String, Range> ranges;

  private final Map<String, double[]> means;

  private ActivationRanges(Map<String, Range> ranges, Map<String, double[]> means) {
    this.ranges = Map.copyOf(ranges);
    this.means = Map.copyOf(means);
  }

  /** Ranges that were observed on pictures. */
  public static ActivationRanges observed(Map<String, Range> ranges) {
    return new ActivationRanges(ranges, Map.of());
  }

  /** These, with what was observed on pictures in the place of ranges of the same values. */
  public ActivationRanges refined(Map<String, Range> observed) {
    Map<String, Range> refined = new HashMap<>(ranges);
    refined.putAll(observed);
    return new ActivationRanges(refined, means);
  }

  /**
   * Ranges without pictures, from what training left in the batch norms: their output has mean beta
   * and deviation |gamma|. Values that no batch norm says anything about have no range.
   *
   * @param graph before batch norms are folded
   * @param deviations how many from the mean a range reaches to
   */
  public static ActivationRanges ofBatchNorms(Graph graph, double deviations) {
    Map<String, Moments> moments = new HashMap<>();
    Map<String, Range> ranges = new HashMap<>();
    for (Layer layer : graph.layers()) {
      List<Moments> inputs = layer.inputs().stream().map(moments::get).toList();
      if (layer instanceof BatchNorm norm) {
        moments.put(norm.name(), Moments.of(norm.beta().read(), norm.gamma().read()));
        ranges.put(norm.name(), moments(moments, norm.name()).range(deviations));
      } else if (inputs.stream().allMatch(in -> in != null)) {
        after(layer, inputs, ranges, deviations, moments);
      }
    }
    Map<String, double[]> means = new HashMap<>();
    moments.forEach((name, of) -> means.put(name, of.means()));
    return new ActivationRanges(ranges, means);
  }

  private static void after(
      Layer layer,
      List<Moments> inputs,
      Map<String, Range> ranges,
      double deviations,
      Map<String, Moments> moments) {
    String name = layer.name();
    Moments first = inputs.get(0);
    Range before = ranges.getOrDefault(layer.inputs().get(0), first.range(deviations));
    if (layer instanceof Relu) {
      moments.put(name, first.rectified());
      ranges.put(name, new Range(0, Math.max(before.high(), 0)));
    } else if (layer instanceof Add) {
      moments.put(name, first.plus(inputs.get(1)));
      ranges.put(name, moments(moments, name).range(deviations));
    } else if (layer instanceof PadChannels pad) {
      moments.put(name, first.padded(pad.before(), pad.after()));
      ranges.put(name, before.including(0));
    } else if (layer instanceof MaxPool
        || layer instanceof Subsample
        || layer instanceof Identity) {
      moments.put(name, first);
      ranges.put(name, before);
    } else if (layer instanceof Pad) {
      moments.put(name, first);
      ranges.put(name, before.including(0));
    }
  }

  private static Moments moments(Map<String, Moments> moments, String name) {
    Moments found = moments.get(name);
    if (found == null) {
      throw new IllegalStateException("no moments of " + name);
    }
    return found;
  }

  /**
   * The range of a value.
   *
   * @throws IllegalArgumentException if nothing is known about it
   */
  public Range of(String value) {
    Range range = ranges.get(value);
    if (range == null) {
      throw new IllegalArgumentException("no range of %s is known".formatted(value));
    }
    return range;
  }

  /** The mean of each channel of a value; null if it is not known. */
  double @Nullable [] means(String value) {
    return means.get(value);
  }

  /**
   * An interval.
   *
   * @param low at most {@code high}
   * @param high finite
   */
  public record Range(double low, double high) {

    /** Refuses what is no interval. */
    public Range {
      if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high)) {
        throw new IllegalArgumentException("range from %s to %s".formatted(low, high));
      }
    }

    /** The smallest interval with both. */
    public Range including(double value) {
      return new Range(Math.min(low, value), Math.max(high, value));
    }

    /** The smallest interval with both. */
    public Range including(Range other) {
      return including(other.low).including(other.high);
    }
  }
}
