package org.resnetserving.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.resnetserving.admission.Ticker;
import org.resnetserving.bench.Tally.Span;
import org.resnetserving.bench.Tally.Usage;

/**
 * Sends requests over connections of its own, one thread each: a thread that waits costs nothing,
 * and one that is woken by its own answer tells the time at once.
 */
final class LoadGenerator {
  private static final long STACK_BYTES = 256 << 10;
  private static final int LEAST_ANSWERS = 40;
  private static final int LEAST_ANSWERS_PER_CLIENT = 3;
  private static final double LONGEST_FACTOR = 6;
  private static final long POLL_NANOS = 20_000_000;
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final long START_NANOS = 20_000_000;

  private final Ticker ticker = Ticker.system();
  private final Supplier<Asking> connections;
  private final long pid;
  private final Tally tally;

  /**
   * Sends over HTTP.
   *
   * @param pid of the service; 0 if it is not known
   * @param subject what results call the service
   * @param deadline seconds after which an answer is of no use
   */
  LoadGenerator(InetSocketAddress address, long pid, String subject, double deadline) {
    this(() -> new HttpConnection(address), pid, subject, deadline);
  }

  /**
   * @param connections makes a new one for each client
   */
  LoadGenerator(Supplier<Asking> connections, long pid, String subject, double deadline) {
    this.connections = connections;
    this.pid = pid;
    this.tally = new Tally(subject, pid != 0, deadline);
  }

  /** When requests of an open loop are due. */
  enum Rhythm {
    /** At equal distances. */
    PACED,
    /** At random: see {@link Arrivals#poisson}. */
    POISSON;

    Arrivals arrivals(Span window, double perSecond) {
      return this == PACED
          ? Arrivals.paced(window.start(), perSecond, window.end())
          : Arrivals.poisson(window.start(), perSecond, window.end(), window.start());
    }
  }

  /**
   * So many clients, each of which sends when it has its answer. Where answers are slow it takes
   * longer than asked for, so that there are some.
   */
  Cell closedLoop(
      String load, List<ByteBuffer> requests, int clients, double warmUp, double seconds)
      throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    LongAdder answers = new LongAdder();
    Span planned = window(warmUp, seconds);
    List<Client> all = start(requests, clients, Arrivals.closedLoop(ticker, over::get), answers);
    sleepUntil(planned.measured());
    Usage before = usage();
    long enough = answers.sum() + Math.max(LEAST_ANSWERS, LEAST_ANSWERS_PER_CLIENT * clients);
    long measured = ticker.nanos();
    sleepUntil(planned.end());
    long latest = measured + (long) (LONGEST_FACTOR * seconds * 1e9);
    while (answers.sum() < enough && ticker.nanos() - latest < 0) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    long end = ticker.nanos();
    Usage after = usage();
    over.set(true);
    finish(all);
    return tally.cell(load, merge(all), new Span(planned.start(), measured, end), before, after);
  }

  /**
   * A rate, whatever the answers do, over as many connections as it takes, at most {@code clients}.
   */
  Cell openLoop(
      String load,
      List<ByteBuffer> requests,
      Rhythm rhythm,
      double perSecond,
      int clients,
      double warmUp,
      double seconds)
      throws InterruptedException {
    double enough =
        Math.max(seconds, Math.min(LEAST_ANSWERS / perSecond, LONGEST_FACTOR * seconds));
    Span window = window(warmUp, enough);
    List<Client> all =
        start(requests, clients, rhythm.arrivals(window, perSecond), new LongAdder());
    sleepUntil(window.measured());
    Usage before = usage();
    sleepUntil(window.end());
    Usage after = usage();
    finish(all);
    return tally.cell(load, merge(all), window, before, after);
  }

  /** So many requests, by so many clients as fast as they can. */
  Cell times(String load, List<ByteBuffer> requests, int clients, long times)
      throws InterruptedException {
    Usage before = usage();
    long start = ticker.nanos();
    List<Client> all = start(requests, clients, Arrivals.times(ticker, times), new LongAdder());
    for (Client client : all) {
      client.thread.join();
    }
    return tally.cell(load, merge(all), new Span(start, start, ticker.nanos()), before, usage());
  }

  private Span window(double warmUp, double seconds) {
    long start = ticker.nanos() + START_NANOS;
    long measured = start + (long) (warmUp * 1e9);
    return new Span(start, measured, measured + (long) (seconds * 1e9));
  }

  private Usage usage() {
    return new Usage(
        pid == 0 ? ProcessUsage.NONE : ProcessUsage.of(pid),
        ProcessUsage.of(ProcessHandle.current().pid()));
  }

  /** Waits for the last answers, but not for ever. */
  private void finish(List<Client> clients) throws InterruptedException {
    long patience = ticker.nanos() + PATIENCE_NANOS;
    for (Client client : clients) {
      client.thread.join(Math.max(1, (patience - ticker.nanos()) / 1_000_000));
    }
    for (Client client : clients) {
      client.connection.close();
      client.thread.join();
    }
  }

  private List<Client> start(
      List<ByteBuffer> requests, int clients, Arrivals arrivals, LongAdder answers) {
    List<Client> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(new Client(requests, i, arrivals, answers));
    }
    all.forEach(client -> client.thread.start());
    return all;
  }

  private static Samples merge(List<Client> clients) {
    Samples samples = new Samples();
    clients.forEach(client -> samples.addAll(client.samples));
    return samples;
  }

  private void sleepUntil(long moment) {
    for (long left = moment - ticker.nanos(); left > 0; left = moment - ticker.nanos()) {
      LockSupport.parkNanos(left);
    }
  }

  /** One connection and its thread. */
  private final class Client implements Runnable {
    private final Asking connection = connections.get();
    private final Samples samples = new Samples();
    private final List<ByteBuffer> requests;
    private final Arrivals arrivals;
    private final LongAdder answers;
    private final Thread thread;
    private int turn;

    Client(List<ByteBuffer> requests, int number, Arrivals arrivals, LongAdder answers) {
      this.requests = requests;
      this.turn = number;
      this.arrivals = arrivals;
      this.answers = answers;
      this.thread = new Thread(null, this, "client-" + number, STACK_BYTES);
      thread.setDaemon(true);
    }

    @Override
    public void run() {
      try (connection) {
        for (long due = arrivals.next(); due != Arrivals.OVER; due = arrivals.next()) {
          sleepUntil(due);
          int status = send(requests.get(turn++ % requests.size()));
          samples.add(due, ticker.nanos(), status);
          answers.increment();
        }
      }
    }

    private int send(ByteBuffer request) {
      try {
        return connection.ask(request);
      } catch (IOException e) {
        return Samples.BROKEN;
      }
    }
  }
}
