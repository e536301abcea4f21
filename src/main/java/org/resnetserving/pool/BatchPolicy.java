package org.resnetserving.pool;

import java.time.Duration;

/**
 * How many of the waiting items one worker takes, and when. Arithmetic only.
 *
 * @param maxBatch the most items in one batch
 * @param maxDelay how long the oldest item may be held back for a fuller batch; zero never waits
 */
record BatchPolicy(int maxBatch, Duration maxDelay) {
  /** Refuses nonsense. */
  public BatchPolicy {
    if (maxBatch < 1) {
      throw new IllegalArgumentException(
          "the most items in a batch must be at least 1: " + maxBatch);
    }
    if (maxDelay.isNegative()) {
      throw new IllegalArgumentException("batching delay must not be negative: " + maxDelay);
    }
  }

  /**
   * The size of the batch that one worker takes. Without a delay it is the worker's share, rounded
   * up, so that it never grabs what an idle neighbour could run; with one, batches were waited for,
   * so they are not divided.
   *
   * @param waiting how many items wait
   * @param freeWorkers how many workers could run them now, this one included
   */
  public int share(int waiting, int freeWorkers) {
    int share = maxDelay.isZero() ? (waiting + freeWorkers - 1) / freeWorkers : waiting;
    return Math.min(share, maxBatch);
  }

  /**
   * How much longer to hold back: zero or less if a batch may be taken now.
   *
   * @param waiting how many items wait, at least one
   * @param oldestNanos how long the oldest of them has waited
   */
  public long holdBackNanos(int waiting, long oldestNanos) {
    return waiting >= maxBatch ? 0 : maxDelay.toNanos() - oldestNanos;
  }
}
