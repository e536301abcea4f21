package org.resnetserving.bench;

/**
 * How a service is set up.
 *
 * @param precision as asked for; "stock" is the baseline
 * @param workers that run networks
 * @param threads that each runs one on
 * @param batch pictures that one run takes at most
 */
record Setup(String precision, int workers, int threads, int batch) {
  static final String STOCK = "stock";

  boolean isStock() {
    return precision.equals(STOCK);
  }

  /** What tables call it: workers × threads × batch. */
  String label() {
    return "%s %d×%d×%d".formatted(precision, workers, threads, batch);
  }

  /** Clients that keep all workers at full batches. */
  int saturatingClients() {
    return Math.max(2 * workers, 2 * workers * batch);
  }
}
