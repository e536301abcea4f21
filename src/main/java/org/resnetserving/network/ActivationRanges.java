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
   * and deviation |gamma|, their input the mean and the variance that they kept. Values that no
   * batch norm says anything about have no range.
   *
   * @param graph before batch norms are folded
   * @param deviations how many from the mean a range reaches to
   */
  public static ActivationRanges ofBatchNorms(Graph graph, double deviations) {
    return new RangeWalk(graph, deviations).walk();
  }

  static ActivationRanges of(Map<String, Range> ranges, Map<String, double[]> means) {
    return new ActivationRanges(ranges, means);
  }

  /** Those of the values that have no range. */
  public List<String> missing(List<String> values) {
    return values.stream().filter(value -> !ranges.containsKey(value)).toList();
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

    /** The values times a constant. */
    Range times(double factor) {
      return factor < 0
          ? new Range(high * factor, low * factor)
          : new Range(low * factor, high * factor);
    }

    /** The smallest interval with both. */
    public Range including(Range other) {
      return including(other.low).including(other.high);
    }
  }
}
