package org.resnetserving.network;

import org.jspecify.annotations.Nullable;

/**
 * A convolution's kernel as signed 8-bit levels, and the step between levels per output channel.
 */
final class QuantizedKernel {
  private static final int LARGEST = 127;

  private final Weight kernel;

  QuantizedKernel(Weight kernel) {
    this.kernel = kernel;
  }

  /** Whole numbers from -127 to 127, in the kernel's shape. */
  Weight levels() {
    return new Weight(
        kernel.name() + ".levels",
        kernel.shape(),
        () -> {
          float[] values = kernel.read();
          float[] steps = steps(values);
          int each = values.length / steps.length;
          for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(values[i] / steps[i / each]);
          }
          return values;
        });
  }

  /**
   * The bias, and what rounding takes from the output's mean: the kernel's rounding errors times
   * the input's means.
   *
   * @param bias null for zeros
   * @param means one per input channel; null if they are not known
   */
  @Nullable Weight corrected(@Nullable Weight bias, double @Nullable [] means) {
    if (means == null) {
      return bias;
    }
    return new Weight(
        kernel.name() + ".bias",
        new int[] {kernel.size(0)},
        () -> {
          float[] values = kernel.read();
          float[] steps = steps(values);
          float[] corrected = bias == null ? new float[steps.length] : bias.read();
          int plane = kernel.size(2) * kernel.size(3);
          int each = values.length / steps.length;
          for (int out = 0; out < steps.length; out++) {
            double lost = 0;
            for (int i = 0; i < each; i++) {
              float value = values[out * each + i];
              double kept = (double) steps[out] * Math.round(value / steps[out]);
              lost += (value - kept) * means[i / plane];
            }
            corrected[out] += (float) lost;
          }
          return corrected;
        });
  }

  /** One per output channel. */
  Weight steps() {
    return new Weight(
        kernel.name() + ".steps", new int[] {kernel.size(0)}, () -> steps(kernel.read()));
  }

  private float[] steps(float[] values) {
    float[] steps = new float[kernel.size(0)];
    int each = values.length / steps.length;
    for (int i = 0; i < values.length; i++) {
      steps[i / each] = Math.max(steps[i / each], Math.abs(values[i]));
    }
    for (int i = 0; i < steps.length; i++) {
      steps[i] = steps[i] == 0 ? 1 : steps[i] / LARGEST;
    }
    return steps;
  }
}
