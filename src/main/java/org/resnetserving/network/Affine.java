package org.resnetserving.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code x · factor + shift} per channel, as the layer that does it together with what made the
 * value. Numbers are multiplied in double and rounded once.
 *
 * @param name of the layer that is made
 * @param factor one per channel; null for ones
 * @param shift one per channel; null for zeros
 */
record Affine(String name, @Nullable Weight factor, @Nullable Weight shift) {

  /**
   * The layer.
   *
   * @param maker of the value; null if it is the pixels
   * @param value what is multiplied
   */
  Layer after(@Nullable Layer maker, String value, boolean vector) {
    if (maker instanceof Convolution before && before.isAlone()) {
      return new Convolution(
          name,
          before.input(),
          rows(before.weight()),
          shifted(before.bias()),
          before.window(),
          before.groups());
    } else if (maker instanceof Linear before) {
      return new Linear(name, before.input(), rows(before.weight()), shifted(before.bias()));
    } else if (maker instanceof BatchNorm before) {
      Weight beta = shifted(before.beta());
      return new BatchNorm(
          name,
          before.input(),
          rows(before.gamma()),
          beta == null ? before.beta() : beta,
          before.mean(),
          before.variance(),
          before.epsilon());
    }
    if (maker instanceof Normalize before && isPositive()) {
      return new Normalize(name, before.input(), normalization(before.how()));
    }
    int channels = factor == null ? size(shift) : factor.size(0);
    Weight factors = factor == null ? Weight.filled(name + ".factor", channels, 1) : factor;
    if (vector) {
      return new BatchNorm(
          name,
          value,
          factors,
          shift == null ? Weight.filled(name + ".shift", channels, 0) : shift,
          Weight.filled(name + ".mean", channels, 0),
          Weight.filled(name + ".variance", channels, 1),
          0);
    }
    return new Convolution(
        name, value, factors.reshaped(channels, 1, 1, 1), shift, Window.square(1, 1, 0), channels);
  }

  private boolean isPositive() {
    return factor == null || DoubleStream.of(numbers(factor)).allMatch(number -> number > 0);
  }

  /** {@code ((pixel − mean) / deviation) · factor + shift} as one normalisation. */
  private Normalization normalization(Normalization how) {
    List<Float> mean = new ArrayList<>();
    List<Float> deviation = new ArrayList<>();
    double[] factors = factor == null ? null : numbers(factor);
    double[] shifts = shift == null ? null : numbers(shift);
    for (int i = 0; i < how.channels(); i++) {
      double wide = how.deviation().get(i) / (factors == null ? 1 : factors[i]);
      deviation.add((float) wide);
      mean.add((float) (how.mean().get(i) - (shifts == null ? 0 : shifts[i] * wide)));
    }
    return new Normalization(how.divisor(), mean, deviation, how.order());
  }

  private static double[] numbers(Weight weight) {
    float[] values = weight.read();
    double[] numbers = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      numbers[i] = values[i];
    }
    return numbers;
  }

  private static int size(@Nullable Weight weight) {
    if (weight == null) {
      throw new IllegalArgumentException("neither factor nor shift");
    }
    return weight.size(0);
  }

  /** Each row times its factor. */
  private Weight rows(Weight weight) {
    if (factor == null) {
      return weight;
    }
    demand(factor, weight.size(0));
    Weight factor = this.factor;
    return new Weight(
        weight.name() + "·" + factor.name(),
        weight.shape(),
        () -> {
          float[] values = weight.read();
          float[] factors = factor.read();
          int each = values.length / factors.length;
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((double) values[i] * factors[i / each]);
          }
          return values;
        });
  }

  private @Nullable Weight shifted(@Nullable Weight bias) {
    if (bias == null) {
      return shift;
    }
    Weight scaled = rows(bias);
    Weight added = shift;
    if (added == null) {
      return scaled;
    }
    demand(added, bias.size(0));
    return new Weight(
        bias.name() + "+" + added.name(),
        bias.shape(),
        () -> {
          float[] values = scaled.read();
          float[] shifts = added.read();
          for (int i = 0; i < values.length; i++) {
            values[i] += shifts[i];
          }
          return values;
        });
  }

  private void demand(Weight weight, int channels) {
    if (weight.elements() != channels) {
      throw new IllegalArgumentException(
          "%s has %s for %d channels".formatted(name, Arrays.toString(weight.shape()), channels));
    }
  }
}
