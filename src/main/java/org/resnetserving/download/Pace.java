package org.resnetserving.download;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Notices a server that never quite stops but will not finish either. */
final class Pace {
  private final LongSupplier ticker;
  private final long rate;
  private final Duration window;
  private long begin;
  private long bytes;

  Pace(LongSupplier ticker, long rate, Duration window) {
    this.ticker = ticker;
    this.rate = rate;
    this.window = window;
    begin = ticker.getAsLong();
  }

  /** Whether the window that ends with these bytes brought too few. */
  boolean tooSlow(int more) {
    bytes += more;
    long elapsed = ticker.getAsLong() - begin;
    if (elapsed < window.toNanos()) {
      return false;
    }
    boolean slow = bytes < rate * (elapsed / 1e9);
    begin += elapsed;
    bytes = 0;
    return slow;
  }
}
