package org.resnetserving.network;

import java.util.Arrays;

/** Mean and variance of each channel of a value, over pictures and places. */
final class Moments {
  private final double[] mean;
  private final double[] variance;

  private Moments(double[] mean, double[] variance) {
    this.mean = mean;
    this.variance = variance;
  }

  /** What a batch norm's output has. */
  static Moments of(float[] mean, float[] deviation) {
    double[] means = new double[mean.length];
    double[] variances = new double[mean.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = mean[i];
      variances[i] = (double) deviation[i] * deviation[i];
    }
    return new Moments(means, variances);
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
