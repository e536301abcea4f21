package org.resnetserving.network;

import java.util.Arrays;
import java.util.List;

/** Mean and variance of each channel of a value, over pictures and places; see RATIONALE. */
final class Moments {
  /** Of a gate between 0 and 1, whose changes from picture to picture nothing tells. */
  private static final double GATE_DEVIATION = 0.25;

  private final double[] mean;
  private final double[] variance;

  private Moments(double[] mean, double[] variance) {
    this.mean = mean;
    this.variance = variance;
  }

  /** What a batch norm's output has. */
  static Moments of(float[] mean, float[] deviation) {
    double[] variances = new double[mean.length];
    for (int i = 0; i < variances.length; i++) {
      variances[i] = (double) deviation[i] * deviation[i];
    }
    return new Moments(doubles(mean), variances);
  }

  /** What a batch norm says that its input has. */
  static Moments before(BatchNorm norm) {
    float[] variance = norm.variance().read();
    double[] variances = new double[variance.length];
    for (int i = 0; i < variances.length; i++) {
      variances[i] = Math.max(variance[i], 0);
    }
    return new Moments(doubles(norm.mean().read()), variances);
  }

  /** Of the mean over all places, which is taken as the same in all pictures. */
  Moments pooled() {
    return new Moments(mean, new double[mean.length]);
  }

  /** Of a matrix times a vector whose numbers are taken as the same in all pictures. */
  static Moments of(Linear linear, Moments input) {
    float[] weight = linear.weight().read();
    double[] means = new double[linear.weight().size(0)];
    if (linear.bias() != null) {
      means = doubles(linear.bias().read());
    }
    int in = input.mean.length;
    for (int i = 0; i < weight.length; i++) {
      means[i / in] += weight[i] * input.mean[i % in];
    }
    return new Moments(means, new double[means.length]);
  }

  /** Of a kernel over the neighbours in a vector. */
  static Moments of(ChannelConvolution convolution, Moments input) {
    float[] kernel = convolution.weight().read();
    double[] means = new double[input.mean.length];
    for (int i = 0; i < means.length; i++) {
      for (int k = 0; k < kernel.length; k++) {
        int from = i + k - kernel.length / 2;
        means[i] += from >= 0 && from < means.length ? kernel[k] * input.mean[from] : 0;
      }
    }
    return new Moments(means, new double[means.length]);
  }

  /** Of a sigmoid. */
  Moments gated() {
    double[] means = new double[mean.length];
    double[] variances = new double[mean.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = 1 / (1 + Math.exp(-mean[i]));
      variances[i] = GATE_DEVIATION * GATE_DEVIATION;
    }
    return new Moments(means, variances);
  }

  /** Of the product of two values, taken as independent. */
  Moments times(Moments other) {
    double[] means = new double[mean.length];
    double[] variances = new double[mean.length];
    for (int i = 0; i < means.length; i++) {
      double a = mean[i];
      double b = other.mean[i];
      means[i] = a * b;
      variances[i] =
          variance[i] * other.variance[i] + variance[i] * b * b + other.variance[i] * a * a;
    }
    return new Moments(means, variances);
  }

  /** Of the value times a constant. */
  Moments times(double factor) {
    return new Moments(
        Arrays.stream(mean).map(m -> m * factor).toArray(),
        Arrays.stream(variance).map(v -> v * factor * factor).toArray());
  }

  /** Of the channels of several values, in order. */
  static Moments joined(List<Moments> all) {
    return new Moments(
        all.stream().flatMapToDouble(one -> Arrays.stream(one.mean)).toArray(),
        all.stream().flatMapToDouble(one -> Arrays.stream(one.variance)).toArray());
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** Of the sum of two values, taken as independent. */
  Moments plus(Moments other) {
    double[] means = mean.clone();
    double[] variances = variance.clone();
    for (int i = 0; i < means.length; i++) {
      means[i] += other.mean[i];
      variances[i] += other.variance[i];
    }
    return new Moments(means, variances);
  }

  /** Of {@code max(x, 0)} for a normal x. */
  Moments rectified() {
    double[] means = new double[mean.length];
    double[] variances = new double[mean.length];
    for (int i = 0; i < means.length; i++) {
      double deviation = Math.sqrt(variance[i]);
      if (deviation == 0) {
        means[i] = Math.max(mean[i], 0);
        continue;
      }
      double z = mean[i] / deviation;
      double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
      double below = normal(z);
      means[i] = mean[i] * below + deviation * density;
      double square = (mean[i] * mean[i] + variance[i]) * below + mean[i] * deviation * density;
      variances[i] = Math.max(square - means[i] * means[i], 0);
    }
    return new Moments(means, variances);
  }

  /** With channels of zeros before and after. */
  Moments padded(int before, int after) {
    return new Moments(padded(mean, before, after), padded(variance, before, after));
  }

  private static double[] padded(double[] values, int before, int after) {
    double[] padded = new double[before + values.length + after];
    System.arraycopy(values, 0, padded, before, values.length);
    return padded;
  }

  /** From the least to the largest of (mean ± k deviations) over the channels. */
  ActivationRanges.Range range(double k) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < mean.length; i++) {
      double reach = k * Math.sqrt(variance[i]);
      low = Math.min(low, mean[i] - reach);
      high = Math.max(high, mean[i] + reach);
    }
    return new ActivationRanges.Range(low, high);
  }

  /** The mean of each channel. */
  double[] means() {
    return mean.clone();
  }

  /** The standard normal distribution function; Abramowitz and Stegun 26.2.17, error below 1e-7. */
  private static double normal(double z) {
    double t = 1 / (1 + 0.2316419 * Math.abs(z));
    double tail =
        Math.exp(-z * z / 2)
            / Math.sqrt(2 * Math.PI)
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return z >= 0 ? 1 - tail : tail;
  }

  @Override
  public String toString() {
    return "mean " + Arrays.toString(mean) + ", variance " + Arrays.toString(variance);
  }
}
