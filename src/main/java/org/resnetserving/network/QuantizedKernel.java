package org.resnetserving.network;

import org.jspecify.annotations.Nullable;

/**
 * A convolution's kernel as signed 8-bit levels, and the step between levels per output channel.
 * Reading the steps keeps the levels until they are read, and what they lose, so that a program
 * which stores the steps, then the levels, then the bias reads the kernel once. For one thread.
 */
final class QuantizedKernel {
  private final Weight kernel;
  private final int groups;
  private final int largest;
  private final double @Nullable [] means;
  private float @Nullable [] levels;
  private float @Nullable [] lost;

  /**
   * @param groups of the convolution
   * @param largest level, and the least one's negative
   * @param means of what the kernel is applied to, one per input channel; null if they are not
   *     known
   */
  QuantizedKernel(Weight kernel, int groups, double @Nullable [] means, int largest) {
    this.kernel = kernel;
    this.groups = groups;
    this.largest = largest;
    this.means = means;
  }

  /** One per output channel. */
  Weight steps() {
    return new Weight(
        kernel.name() + ".steps",
        new int[] {kernel.size(0)},
        () -> {
          Quantized quantized = quantize();
          levels = quantized.levels;
          lost = quantized.lost;
          return quantized.steps;
        });
  }

  /** Whole numbers up to the largest and its negative, in the kernel's shape. */
  Weight levels() {
    return new Weight(
        kernel.name() + ".levels",
        kernel.shape(),
        () -> {
          float[] kept = levels;
          levels = null;
          return kept != null ? kept : quantize().levels;
        });
  }

  /**
   * The bias, and what rounding takes from the output's mean: the kernel's rounding errors times
   * the input's means.
   *
   * @param bias null for zeros
   */
  @Nullable Weight corrected(@Nullable Weight bias) {
    if (means == null) {
      return bias;
    }
    return new Weight(
        kernel.name() + ".bias",
        new int[] {kernel.size(0)},
        () -> {
          float[] difference = lost != null ? lost : quantize().lost;
          float[] corrected = bias == null ? new float[kernel.size(0)] : bias.read();
          for (int out = 0; out < corrected.length; out++) {
            corrected[out] += difference[out];
          }
          return corrected;
        });
  }

  private Quantized quantize() {
    float[] values = kernel.read();
    float[] steps = new float[kernel.size(0)];
    float[] differences = new float[steps.length];
    int plane = kernel.size(2) * kernel.size(3);
    int channels = kernel.size(1);
    for (int out = 0, each = channels * plane; out < steps.length; out++) {
      float most = 0;
      for (int i = out * each; i < (out + 1) * each; i++) {
        most = Math.max(most, Math.abs(values[i]));
      }
      float step = most == 0 ? 1 : most / largest;
      double difference = 0;
      int first = out / (steps.length / groups) * channels;
      for (int channel = 0; channel < channels; channel++) {
        double rounded = round(values, out * each + channel * plane, plane, step);
        difference += means == null ? 0 : rounded * means[first + channel];
      }
      steps[out] = step;
      differences[out] = (float) difference;
    }
    return new Quantized(steps, values, differences);
  }

  /**
   * Puts levels in the place of the numbers that one input channel's neighbours are multiplied by.
   * Neighbours are much alike, so what counts is the sum of the rounding errors: those that were
   * nearest to being rounded the other way are, until the sum is less than half a step.
   *
   * @return the sum of the errors that are left
   */
  private double round(float[] values, int from, int plane, float step) {
    double[] errors = new double[plane];
    double sum = 0;
    for (int i = 0; i < plane; i++) {
      float value = values[from + i];
      values[from + i] = Math.round(value / step);
      errors[i] = (double) value / step - values[from + i];
      sum += errors[i];
    }
    while (Math.abs(sum) > 0.5) {
      int way = sum > 0 ? 1 : -1;
      int nearest = -1;
      for (int i = 0; i < plane; i++) {
        boolean possible = errors[i] * way > 0 && Math.abs(values[from + i] + way) <= largest;
        if (possible && (nearest < 0 || errors[i] * way > errors[nearest] * way)) {
          nearest = i;
        }
      }
      if (nearest < 0) {
        break;
      }
      values[from + nearest] += way;
      errors[nearest] -= way;
      sum -= way;
    }
    return sum * step;
  }

  private static final class Quantized {
    private final float[] steps;
    private final float[] levels;

    /** What the levels take from the output's mean, one per output channel. */
    private final float[] lost;

    Quantized(float[] steps, float[] levels, float[] lost) {
      this.steps = steps;
      this.levels = levels;
      this.lost = lost;
    }
  }
}
