package org.resnetserving.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.resnetserving.admission.Ticker;

/** Says when the next request is to be sent. Any number of clients may ask. */
interface Pace {
  /** Answered when no more are to be sent. */
  long OVER = Long.MIN_VALUE;

  /** The moment at which the next request ought to start, or {@link #OVER}. */
  long next();

  /** As soon as the client is free, until told: each client waits for its answer. */
  static Pace closedLoop(Ticker ticker, BooleanSupplier over) {
    return () -> over.getAsBoolean() ? OVER : ticker.nanos();
  }

  /** As soon as the client is free, so many times in all. */
  static Pace times(Ticker ticker, long requests) {
    AtomicLong left = new AtomicLong(requests);
    return () -> left.getAndDecrement() > 0 ? ticker.nanos() : OVER;
  }

  /**
   * At a constant rate, whatever the answers do, until {@code end}. A request whose moment passed
   * while all clients were busy keeps its moment, so that the wait counts as the service's.
   */
  static Pace openLoop(long start, double perSecond, long end) {
    AtomicLong sent = new AtomicLong();
    return () -> {
      long moment = start + Math.round(sent.getAndIncrement() * 1e9 / perSecond);
      return moment - end < 0 ? moment : OVER;
    };
  }
}
