package org.resnetserving.remote;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** Pictures that clients name by their URL, where they are fetched; counted and traced. */
public final class RemotePictures implements AutoCloseable {
  static final String FETCH_DURATION = "resnet.url.fetch.duration";

  private static final String OK = "ok";

  private final @Nullable Fetcher fetcher;
  private final MeterRegistry registry;
  private final Ticker ticker;
  private final @Nullable Tracer tracer;

  /**
   * @param fetcher null where none are fetched
   * @param tracer null where traces go nowhere
   */
  RemotePictures(
      @Nullable Fetcher fetcher, MeterRegistry registry, Ticker ticker, @Nullable Tracer tracer) {
    this.fetcher = fetcher;
    this.registry = registry;
    this.ticker = ticker;
    this.tracer = tracer;
    if (fetcher != null) {
      timer(OK);
    }
  }

  /** Takes a picture as it comes. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes the picture.
     *
     * @param announced how many bytes it is said to have; negative where that is not said
     * @param body them, or how ever many come; whatever it throws is to be thrown on
     * @throws ProblemException if they are not wanted: nothing more is read
     */
    void take(long announced, InputStream body) throws IOException;
  }

  /**
   * Fetches a picture.
   *
   * @param deadline of the request that it is for
   * @param sink what takes it, unless this fails before
   * @throws ProblemException (URL_NOT_ALLOWED, URL_FETCH_FAILED) for what is wrong with this
   *     picture; (OVERLOADED, DEADLINE_EXCEEDED, SHUTTING_DOWN); and what the sink throws
   */
  public void fetch(String url, Deadline deadline, Sink sink) {
    if (fetcher == null) {
      throw new ProblemException(
          ProblemType.URL_NOT_ALLOWED,
          "Pictures are not fetched from their URLs here. Whoever runs the service allows it with resnet.url.hosts, the hosts that they may be at; or send the picture itself.");
    }
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
    if (fetcher != null) {
      fetcher.close();
    }
  }
}
