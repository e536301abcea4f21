package org.resnetserving.problem;

import java.time.Duration;

/** After how long a client that is refused now may come back. */
public final class RetryAfter {
  /** The least that a client is told to wait, and what it is told where nothing is known. */
  public static final Duration SHORTEST = Duration.ofSeconds(1);

  /** The most that a client is told to wait for room. */
  public static final Duration LONGEST = Duration.ofSeconds(60);

  private RetryAfter() {}

  /** The time until there is room by an estimate: whole seconds, rounded up, within 1 to 60. */
  public static Duration estimated(double seconds) {
    long whole = (long) Math.ceil(seconds);
    return Duration.ofSeconds(Math.max(SHORTEST.toSeconds(), Math.min(LONGEST.toSeconds(), whole)));
  }
}
