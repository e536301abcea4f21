package org.resnetserving.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches one picture at a time for whoever asks, from where it may. */
final class Fetcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Fetcher.class);

  private static final int OK = 200;

  /** Beyond the time that there is: a wait is ended by the watch, which knows why. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private final UrlProperties properties;
  private final List<AllowedHost> hosts;
  private final Lookups lookups;
  private final SSLContext tls;
  private final Ticker ticker;
  private final Permits permits;
  private final ScheduledThreadPoolExecutor watch;

  /**
   * @param tls whose certificates are believed
   */
  Fetcher(UrlProperties properties, Resolver resolver, SSLContext tls, Ticker ticker) {
    this.properties = properties;
    this.hosts = properties.hosts().stream().map(AllowedHost::parse).toList();
    this.lookups =
        new Lookups(
            resolver,
            new AddressFilter(properties.allowNetworks().stream().map(Network::parse).toList()),
            properties.maxConcurrent());
    this.tls = tls;
    this.ticker = ticker;
    this.permits = new Permits("fetches", properties.maxConcurrent());
    this.watch =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "fetch-watch");
              thread.setDaemon(true);
              return thread;
            });
    watch.setRemoveOnCancelPolicy(true);
  }

  /**
   * Fetches a picture.
   *
   * @param deadline of the request that it is for
   * @param sink what takes it
   * @throws ProblemException (URL_NOT_ALLOWED, URL_FETCH_FAILED, OVERLOADED, DEADLINE_EXCEEDED,
   *     SHUTTING_DOWN, and what the sink throws)
   */
  void fetch(String url, Deadline deadline, RemotePictures.Sink sink) {
    Target target = Target.of(url, hosts, properties.allowHttp());
    Duration left = deadline.remaining(ticker);
    Deadline limit =
        Deadline.after(
            left.compareTo(properties.timeout()) < 0 ? left : properties.timeout(), ticker);
    try (Permit permit = permits.acquire(1)) {
      @Nullable Target next = target;
      for (int redirects = 0; next != null; redirects++) {
        if (redirects > properties.maxRedirects()) {
          throw failed("it leads on more than %d times".formatted(properties.maxRedirects()), null);
        }
        next = visit(next, limit, sink);
      }
    } catch (TimeoutException e) {
      throw late(deadline);
    } catch (RejectedExecutionException e) {
      throw permits.refusal(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemType.SHUTTING_DOWN, "The request was interrupted.", e);
    }
  }

  /** Visits one target; says where it leads on to, or null when the sink has taken the picture. */
  private @Nullable Target visit(Target target, Deadline limit, RemotePictures.Sink sink)
      throws TimeoutException, InterruptedException {
    InetAddress[] addresses;
    try {
      addresses = lookups.addresses(target.host(), remaining(limit));
    } catch (IOException e) {
      throw unreachable(e);
    }
    Duration left = remaining(limit);
    AtomicBoolean late = new AtomicBoolean();
    try (Visit visit =
        new Visit(target, addresses, tls, Timeout.ofMilliseconds(left.plus(SLACK).toMillis()))) {
      ScheduledFuture<?> end =
          watch.schedule(
              () -> {
                late.set(true);
                visit.cancel();
              },
              left.toNanos(),
              TimeUnit.NANOSECONDS);
      try {
        return answered(target, answer(visit, late), sink, late);
      } finally {
        end.cancel(false);
      }
    }
  }

  private static ClassicHttpResponse answer(Visit visit, AtomicBoolean late)
      throws TimeoutException {
    try {
      return visit.answer();
    } catch (IOException e) {
      if (late.get()) {
        throw timeout(e);
      }
      throw unreachable(e);
    }
  }

  private @Nullable Target answered(
      Target target, ClassicHttpResponse answer, RemotePictures.Sink sink, AtomicBoolean late)
      throws TimeoutException {
    int status = answer.getCode();
    Header location = answer.getFirstHeader(HttpHeaders.LOCATION);
    if (isRedirect(status) && location != null) {
      return target.next(String.valueOf(location.getValue()), hosts, properties.allowHttp());
    }
    if (status != OK) {
      throw failed("its host answered with status %d".formatted(status), null);
    }
    HttpEntity entity = answer.getEntity();
    String coding = entity == null ? null : entity.getContentEncoding();
    if (coding != null && !coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
      throw failed("its host compressed it, unasked", null);
    }
    try {
      sink.take(
          entity == null ? 0 : entity.getContentLength(),
          entity == null ? InputStream.nullInputStream() : entity.getContent());
      return null;
    } catch (IOException e) {
      if (late.get()) {
        throw timeout(e);
      }
      throw failed("it broke off before its end", e);
    }
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private Duration remaining(Deadline limit) throws TimeoutException {
    Duration left = limit.remaining(ticker);
    if (left.isZero()) {
      throw new TimeoutException();
    }
    return left;
  }

  private static TimeoutException timeout(IOException e) {
    TimeoutException timeout = new TimeoutException();
    timeout.initCause(e);
    return timeout;
  }

  private ProblemException late(Deadline deadline) {
    return deadline.expired(ticker)
        ? new ProblemException(
            ProblemType.DEADLINE_EXCEEDED,
            "The deadline of %s passed before the picture was fetched from its URL."
                .formatted(deadline.allowed()))
        : failed("it was not there after %s".formatted(properties.timeout()), null);
  }

  /** The same whether there is no such host, no such port, or an address that is not public. */
  private static ProblemException unreachable(IOException e) {
    log.debug("A picture's host was not reached", e);
    return failed("its host could not be reached", e);
  }

  private static ProblemException failed(String why, @Nullable Throwable cause) {
    return new ProblemException(
        ProblemType.URL_FETCH_FAILED,
        "The picture was not fetched from its URL: %s.".formatted(why),
        cause);
  }

  @Override
  public void close() {
    watch.shutdownNow();
    lookups.close();
  }
}
