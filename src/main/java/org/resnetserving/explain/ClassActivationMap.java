package org.resnetserving.explain;

import org.resnetserving.engine.Inference;

/**
 * How much each part of a picture counts for a class (Zhou et al., "Learning Deep Features for
 * Discriminative Localization", 2016): the planes of the last feature map, each weighed by what it
 * counts in the class's logit. Since that logit is made of the planes' means, the map is exact: the
 * mean of its values and the bias sum to the logit. The bias belongs to no part of the picture, so
 * it is not in the values.
 *
 * @param index the class
 * @param rows of the grid
 * @param columns of the grid
 * @param values by row and column, in units of the logit; negative where the picture speaks against
 *     the class
 * @param bias of the class's logit
 */
@SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
public record ClassActivationMap(int index, int rows, int columns, float[] values, float bias) {

  /**
   * The map of a class.
   *
   * @throws IllegalArgumentException if the head is not of a network with such a feature map
   */
  public static ClassActivationMap of(Inference.FeatureMap planes, Head head, int index) {
    if (planes.channels() != head.channels()) {
      throw new IllegalArgumentException(
          "a head of %d planes, a feature map of %d".formatted(head.channels(), planes.channels()));
    }
    int places = planes.height() * planes.width();
    float[] weights = head.row(index);
    double[] sums = new double[places];
    for (int channel = 0; channel < weights.length; channel++) {
      for (int place = 0; place < places; place++) {
        sums[place] += (double) planes.values()[channel * places + place] * weights[channel];
      }
    }
    float[] values = new float[places];
    for (int place = 0; place < places; place++) {
      values[place] = (float) sums[place];
    }
    return new ClassActivationMap(index, planes.height(), planes.width(), values, head.bias(index));
  }

  /** The least of the values. */
  public float min() {
    float min = Float.POSITIVE_INFINITY;
    for (float value : values) {
      min = Math.min(min, value);
    }
    return min;
  }

  /** The greatest of the values. */
  public float max() {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /**
   * The value at a position between the middles of the grid's cells, bilinear; beyond the outermost
   * ones as there.
   *
   * @param x from 0 at the grid's left to 1 at its right
   * @param y from 0 at its top to 1 at its bottom
   */
  double at(double x, double y) {
    double column = clamp(x * columns - 0.5, columns);
    double row = clamp(y * rows - 0.5, rows);
    int left = (int) column;
    int top = (int) row;
    double upper = between(value(top, left), value(top, left + 1), column - left);
    double lower = between(value(top + 1, left), value(top + 1, left + 1), column - left);
    return between(upper, lower, row - top);
  }

  private float value(int row, int column) {
    return values[Math.min(row, rows - 1) * columns + Math.min(column, columns - 1)];
  }

  private static double clamp(double position, int count) {
    return Math.max(0, Math.min(count - 1, position));
  }

  private static double between(double first, double second, double part) {
    return first + (second - first) * part;
  }
}
