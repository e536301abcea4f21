package org.resnetserving.network;

import org.jspecify.annotations.Nullable;

/**
 * A convolution's kernel as signed 8-bit levels, and the step between levels per output channel.
 * Reading the steps keeps the levels until they are read, and what they lose, so that a program
 * which stores the steps, then the levels, then the bias reads the kernel once. For one thread.
 */
final class QuantizedKernel {
  private static final int LARGEST = 127;

  private final Weight kernel;
  private final double @Nullable [] means;
  private float @Nullable [] levels;
  private float @Nullable [] lost;

  /**
   * @param means of what the kernel is applied to, one per input channel; null if they are not
   *     known
   */
  QuantizedKernel(Weight kernel, double @Nullable [] means) {
    this.kernel = kernel;
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

  /** Whole numbers from -127 to 127, in the kernel's shape. */
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
      float step = most == 0 ? 1 : most / LARGEST;
      double difference = 0;
      for (int channel = 0, i = out * each; channel < channels; channel++) {
        double rounded = 0;
        for (int end = i + plane; i < end; i++) {
          float level = Math.round(values[i] / step);
          rounded += values[i] - (double) step * level;
          values[i] = level;
        }
        difference += means == null ? 0 : rounded * means[channel];
      }
      steps[out] = step;
      differences[out] = (float) difference;
    }
    return new Quantized(steps, values, differences);
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
