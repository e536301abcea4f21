package org.resnetserving.bench;

import java.util.Arrays;

/**
 * How long requests took, in milliseconds. Exact: a benchmark's numbers fit into memory.
 *
 * @param count how many
 */
record Latencies(long count, double p50, double p95, double p99, double max) {
  private static final double NANOS = 1e6;

  /** Of none. */
  static final Latencies NONE = new Latencies(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** Of these, in nanoseconds, in any order. */
  static Latencies of(long[] nanos) {
    if (nanos.length == 0) {
      return NONE;
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latencies(
        sorted.length,
        quantile(sorted, 0.50),
        quantile(sorted, 0.95),
        quantile(sorted, 0.99),
        sorted[sorted.length - 1] / NANOS);
  }

  /** The smallest that at least that share of all do not exceed. */
  private static double quantile(long[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, rank - 1)] / NANOS;
  }
}
