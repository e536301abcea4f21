package org.resnetserving.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks hosts up, no longer than there is time: the system's resolver cannot be told how long to
 * try, so it is asked on a thread of its own. There are no more of these than lookups at once are
 * allowed.
 */
final class Lookups implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lookups.class);

  private static final long IDLE_SECONDS = 30;

  private final Resolver resolver;
  private final AddressFilter filter;
  private final ThreadPoolExecutor threads;

  /**
   * @param most lookups at once
   */
  Lookups(Resolver resolver, AddressFilter filter, int most) {
    this.resolver = resolver;
    this.filter = filter;
    this.threads =
        new ThreadPoolExecutor(
            0,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "lookup");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The addresses of a host that may be connected to. It is looked up once.
   *
   * @return at least one
   * @throws UnknownHostException if there is none
   * @throws TimeoutException if the answer does not come in time
   * @throws RejectedExecutionException if as many lookups as allowed are under way
   */
  InetAddress[] addresses(String host, Duration within)
      throws IOException, TimeoutException, InterruptedException {
    Future<InetAddress[]> lookup = threads.submit(() -> resolver.resolve(host));
    try {
      return allowed(host, lookup.get(within.toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UnknownHostException unknown
          ? unknown
          : new IOException(e.getCause());
    } finally {
      lookup.cancel(true);
    }
  }

  private InetAddress[] allowed(String host, InetAddress[] all) throws UnknownHostException {
    List<InetAddress> allowed = Arrays.stream(all).filter(filter::allows).toList();
    if (allowed.isEmpty()) {
      // For whoever runs the service: the client is told no more than of a host that there is not.
      log.info(
          "'{}' is not connected to: it has the addresses {}, of which none is public or in"
              + " resnet.url.allow-networks",
          host,
          Arrays.toString(all));
      throw new UnknownHostException(host);
    }
    return allowed.toArray(InetAddress[]::new);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
