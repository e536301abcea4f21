package org.resnetserving.download;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Everything a download knows about time.
 *
 * @param ticker monotonic nanoseconds
 * @param clock the time of day, for a {@code Retry-After} that is a date
 * @param sleeper how to wait
 * @param jitter numbers from 0 to 1 that keep clients from retrying in step
 */
public record Timing(LongSupplier ticker, Clock clock, Sleeper sleeper, DoubleSupplier jitter) {

  /** The machine's own. */
  public static Timing system() {
    return new Timing(
        System::nanoTime,
        Clock.systemUTC(),
        duration -> TimeUnit.NANOSECONDS.sleep(duration.toNanos()),
        () -> ThreadLocalRandom.current().nextDouble());
  }
}
