package org.resnetserving.pool;

import java.time.Duration;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.RetryAfter;

/**
 * The rate at which items are served while there are any, exponentially weighted by busy time, and
 * from it the time after which a refused client may come back. Idle time does not count: it tells
 * how little was asked, not how much can be done.
 *
 * <p>Not thread-safe: the owner's lock guards it.
 */
final class ServiceRate {
  /** What was served this much busy time ago weighs 1/e. */
  private static final double MEMORY_NANOS = Duration.ofSeconds(10).toNanos();

  private final Ticker ticker;
  private double items;
  private double busyNanos;
  private boolean busy;
  private long lastNanos;

  /**
   * @param ticker tells the time
   */
  public ServiceRate(Ticker ticker) {
    this.ticker = ticker;
  }

  /** Busy time starts to count, unless it does already: there is something to serve. */
  public void resume() {
    if (!busy) {
      busy = true;
      lastNanos = ticker.nanos();
    }
  }

  /** Counts items that have just been served. */
  public void served(int count) {
    catchUp();
    items += count;
  }

  /** Busy time stops counting: nothing is left to serve. */
  public void pause() {
    catchUp();
    busy = false;
  }

  /** Items per second of busy time, 0 before the first; it falls while nothing comes out. */
  public double perSecond() {
    double elapsed = sinceLast();
    double kept = kept(elapsed);
    double time = busyNanos * kept + elapsed;
    return time > 0 ? items * kept * 1e9 / time : 0;
  }

  /**
   * The time that serving {@code waiting} items takes at the measured rate, in whole seconds
   * rounded up, within 1 to 60.
   */
  public Duration retryAfter(int waiting) {
    double rate = perSecond();
    // Before anything was served, the best guess is that it takes as long again.
    double seconds = rate > 0 ? waiting / rate : (busyNanos + sinceLast()) / 1e9;
    return RetryAfter.estimated(seconds);
  }

  private void catchUp() {
    long now = ticker.nanos();
    double elapsed = busy ? now - lastNanos : 0;
    double kept = kept(elapsed);
    items *= kept;
    busyNanos = busyNanos * kept + elapsed;
    lastNanos = now;
  }

  private double sinceLast() {
    return busy ? ticker.nanos() - lastNanos : 0;
  }

  private static double kept(double elapsedNanos) {
    return Math.exp(-elapsedNanos / MEMORY_NANOS);
  }
}
