package org.resnetserving.bench;

import java.util.SplittableRandom;

/**
 * What theory says of waiting: a queue of random (Poisson) arrivals before servers that all take
 * the same time, first come, first served; Kendall's M/D/c. No service with as many workers can
 * have a shorter tail at that load, unless it runs requests together or faster when they queue.
 */
final class Queueing {
  private static final int ARRIVALS = 1_000_000;
  private static final int SETTLED = ARRIVALS / 20;
  private static final long SEED = 1;
  private static final double NANOS = 1e9;

  private Queueing() {}

  /**
   * The 99th percentile of the time from arrival to answer over its median. Simulated: served in
   * the order of arrival by equal servers, requests also end in that order, so each takes the
   * server of the one {@code servers} before it.
   *
   * @param servers 1 or more
   * @param utilization share of the servers' time that is work, above 0 and below 1
   */
  static double tail(int servers, double utilization) {
    if (servers < 1 || !(utilization > 0 && utilization < 1)) {
      throw new IllegalArgumentException(servers + " servers, " + utilization + " busy");
    }
    SplittableRandom random = new SplittableRandom(SEED);
    double[] free = new double[servers];
    long[] took = new long[ARRIVALS - SETTLED];
    double arrival = 0;
    for (int i = 0; i < ARRIVALS; i++) {
      arrival += Arrivals.gap(random) / (utilization * servers);
      double end = Math.max(arrival, free[i % servers]) + 1;
      free[i % servers] = end;
      if (i >= SETTLED) {
        took[i - SETTLED] = Math.round((end - arrival) * NANOS);
      }
    }
    return Latencies.of(took).tail();
  }
}
