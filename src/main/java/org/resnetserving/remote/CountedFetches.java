package org.resnetserving.remote;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** What a {@link Fetcher} fetches, counted and traced. */
final class CountedFetches implements RemotePictures, AutoCloseable {
  static final String FETCH_DURATION = "resnet.url.fetch.duration";

  private static final String OK = "ok";

  /** How else it may end, beside what should not happen. */
  private static final Set<ProblemType> OUTCOMES =
      EnumSet.of(
          ProblemType.URL_NOT_ALLOWED,
          ProblemType.URL_FETCH_FAILED,
          ProblemType.IMAGE_TOO_LARGE,
          ProblemType.REQUEST_TOO_LARGE,
          ProblemType.OVERLOADED,
          ProblemType.DEADLINE_EXCEEDED);

  private final Fetcher fetcher;
  private final MeterRegistry registry;
  private final Ticker ticker;
  private final @Nullable Tracer tracer;

  /**
   * @param tracer null where traces go nowhere
   */
  CountedFetches(Fetcher fetcher, MeterRegistry registry, Ticker ticker, @Nullable Tracer tracer) {
    this.fetcher = fetcher;
    this.registry = registry;
    this.ticker = ticker;
    this.tracer = tracer;
    // There from the start: a rate over a series that appears misses its first.
    timer(OK);
    OUTCOMES.forEach(type -> timer(type.slug()));
  }

  @Override
  public void fetch(String url, Deadline deadline, Sink sink) {
    long start = ticker.nanos();
    Span span = tracer == null ? null : tracer.nextSpan().name("fetch").start();
    String outcome = ProblemType.INTERNAL_ERROR.slug();
    try {
      fetcher.fetch(url, deadline, sink);
      outcome = OK;
    } catch (ProblemException e) {
      outcome = e.type().slug();
      throw e;
    } finally {
      timer(outcome).record(ticker.nanos() - start, TimeUnit.NANOSECONDS);
      if (span != null) {
        span.tag("resnet.outcome", outcome).end();
      }
    }
  }

  private Timer timer(String outcome) {
    return Timer.builder(FETCH_DURATION)
        .description("Time that fetching a picture from its URL took, by how it ended")
        .tag("outcome", outcome)
        .register(registry);
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
