package org.resnetserving.pool;

import java.time.Duration;

/**
 * What a lane is.
 *
 * @param name what messages and metrics call it
 * @param capacity how many items may wait; those that run do not count
 * @param maxBatch the most items in one batch
 * @param workers how many of the pool's workers serve it; more than there are means all
 * @param maxDelay how long the oldest item may be held back for a fuller batch; zero, which suits
 *     processors, never waits
 */
public record LaneSettings(
    String name, int capacity, int maxBatch, int workers, Duration maxDelay) {
  /** Refuses nonsense. */
  public LaneSettings {
    if (capacity < 1 || maxBatch < 1 || workers < 1 || maxDelay.isNegative()) {
      throw new IllegalArgumentException(
          String.format(
              "Lane '%s': capacity=%d, max batch=%d and workers=%d must be at least 1 and the"
                  + " delay=%s not negative",
              name, capacity, maxBatch, workers, maxDelay));
    }
  }

  BatchPolicy policy() {
    return new BatchPolicy(maxBatch, maxDelay);
  }
}
