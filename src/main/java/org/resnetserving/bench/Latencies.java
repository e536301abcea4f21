package org.resnetserving.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long requests took, in milliseconds: to the microsecond up to a quarter of a second, to five
 * digits beyond. A quantile is the smallest that at least that share of all do not exceed.
 *
 * @param count how many
 */
record Latencies(long count, double p50, double p95, double p99, double max) {
  private static final int DIGITS = 5;
  private static final double MICROS = 1e3;

  /** Of none. */
  static final Latencies NONE = new Latencies(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** Of these, in nanoseconds, in any order. */
  static Latencies of(long[] nanos) {
    if (nanos.length == 0) {
      return NONE;
    }
    Histogram micros = new Histogram(DIGITS);
    for (long value : nanos) {
      micros.recordValue(TimeUnit.NANOSECONDS.toMicros(value));
    }
    return new Latencies(
        nanos.length,
        quantile(micros, 50),
        quantile(micros, 95),
        quantile(micros, 99),
        quantile(micros, 100));
  }

  /** What the slowest hundredth takes at least, as a multiple of the median. */
  double tail() {
    return p99 / p50;
  }

  private static double quantile(Histogram micros, double percent) {
    return micros.getValueAtPercentile(percent) / MICROS;
  }
}
