package org.resnetserving.admission;

import java.time.Duration;

/**
 * The moment until which an answer is of use, and the moment the wait for it began.
 *
 * @param startNanos when the request began, as a {@link Ticker} tells it
 * @param expiryNanos when its answer becomes useless, by the same ticker
 */
public record Deadline(long startNanos, long expiryNanos) {
  /** Far enough to mean never, near enough that differences do not overflow. */
  private static final Duration LONGEST = Duration.ofDays(365);

  /** A deadline that starts now and passes after {@code allowed}, a year at most. */
  public static Deadline after(Duration allowed, Ticker ticker) {
    if (allowed.isNegative()) {
      throw new IllegalArgumentException("a deadline " + allowed + " from now is in the past");
    }
    long now = ticker.nanos();
    Duration bounded = allowed.compareTo(LONGEST) < 0 ? allowed : LONGEST;
    return new Deadline(now, now + bounded.toNanos());
  }

  /** The time allowed in all. */
  public Duration allowed() {
    return Duration.ofNanos(expiryNanos - startNanos);
  }

  /** The time since the start. */
  public Duration elapsed(Ticker ticker) {
    return Duration.ofNanos(ticker.nanos() - startNanos);
  }

  /** The time that is left, zero once expired. */
  public Duration remaining(Ticker ticker) {
    return Duration.ofNanos(Math.max(0, expiryNanos - ticker.nanos()));
  }

  /** Whether no time is left. */
  public boolean expired(Ticker ticker) {
    return expiredAt(ticker.nanos());
  }

  /** Whether no time is left at {@code nanos}. */
  public boolean expiredAt(long nanos) {
    return expiryNanos - nanos <= 0;
  }
}
