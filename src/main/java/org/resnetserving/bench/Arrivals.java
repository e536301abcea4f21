package org.resnetserving.bench;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.resnetserving.admission.Ticker;

/** Says when the next request is to be sent. Any number of clients may ask. */
interface Arrivals {
  /** Answered when no more are to be sent. */
  long OVER = Long.MIN_VALUE;

  /** The moment at which the next request ought to start, or {@link #OVER}. */
  long next();

  /** As soon as the client is free, until told: each client waits for its answer. */
  static Arrivals closedLoop(Ticker ticker, BooleanSupplier over) {
    return () -> over.getAsBoolean() ? OVER : ticker.nanos();
  }

  /** As soon as the client is free, so many times in all. */
  static Arrivals times(Ticker ticker, long requests) {
    AtomicLong left = new AtomicLong(requests);
    return () -> left.getAndDecrement() > 0 ? ticker.nanos() : OVER;
  }

  /**
   * At a constant rate, whatever the answers do, until {@code end}. A request whose moment passed
   * while all clients were busy keeps its moment, so that the wait counts as the service's.
   */
  static Arrivals paced(long start, double perSecond, long end) {
    AtomicLong sent = new AtomicLong();
    return () -> {
      long moment = start + Math.round(sent.getAndIncrement() * 1e9 / perSecond);
      return moment - end < 0 ? moment : OVER;
    };
  }

  /**
   * At random, as the requests of many clients that know nothing of each other come: the gaps are
   * independent and exponentially distributed (a Poisson process). Moments are kept as those of
   * {@link #paced} are. The same seed gives the same moments.
   */
  static Arrivals poisson(long start, double perSecond, long end, long seed) {
    return new Arrivals() {
      private final SplittableRandom random = new SplittableRandom(seed);
      private double elapsed;

      @Override
      public synchronized long next() {
        elapsed += gap(random) * 1e9 / perSecond;
        long moment = start + Math.round(elapsed);
        return moment - end < 0 ? moment : OVER;
      }
    };
  }

  /** Exponentially distributed, 1 on average. */
  static double gap(SplittableRandom random) {
    return -Math.log(1 - random.nextDouble());
  }
}
