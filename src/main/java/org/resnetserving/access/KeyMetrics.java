package org.resnetserving.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts requests by whose key they had, and those without one that is known, which it also tells
 * the log of, not too often and never with what was sent. Thread-safe.
 */
final class KeyMetrics {
  static final String REQUESTS = "resnet.client.requests";
  static final String REFUSED = "resnet.keys.refused";

  /** Between two lines of the log. */
  static final Duration QUIET = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(KeyMetrics.class);

  private final MeterRegistry registry;
  private final Ticker ticker;
  private long untold;
  private long toldAt;
  private boolean told;

  KeyMetrics(MeterRegistry registry, Ticker ticker) {
    this.registry = registry;
    this.ticker = ticker;
    counter(ProblemType.API_KEY_MISSING);
    counter(ProblemType.API_KEY_UNKNOWN);
  }

  /** A request had the key of that client; returns the same. */
  String taken(String client) {
    Counter.builder(REQUESTS)
        .description("Requests that had an API key, by whose it is")
        .tag("client", client)
        .register(registry)
        .increment();
    return client;
  }

  /** A request had none, or one that nobody has. */
  void refused(ProblemType reason, String from) {
    counter(reason).increment();
    if (reason == ProblemType.API_KEY_UNKNOWN) {
      tell(from);
    }
  }

  private synchronized void tell(String from) {
    untold++;
    long now = ticker.nanos();
    if (told && now - toldAt < QUIET.toNanos()) {
      return;
    }
    log.warn(
        "Refused {} requests with API keys that are not known; the last from {}", untold, from);
    untold = 0;
    toldAt = now;
    told = true;
  }

  private Counter counter(ProblemType reason) {
    return Counter.builder(REFUSED)
        .description("Requests without an API key that is known")
        .tag("reason", reason.slug())
        .register(registry);
  }
}
