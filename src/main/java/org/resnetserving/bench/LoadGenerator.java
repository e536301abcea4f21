package org.resnetserving.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.resnetserving.admission.Ticker;

/**
 * Sends requests over connections of its own, one thread each: a thread that waits costs nothing,
 * and one that is woken by its own answer tells the time at once.
 */
final class LoadGenerator {
  private static final int OK = 200;
  private static final int REFUSED = 429;
  private static final double MEGABYTE = 1 << 20;
  private static final long STACK_BYTES = 256 << 10;
  private static final int LEAST_ANSWERS = 40;
  private static final int LEAST_ANSWERS_PER_CLIENT = 3;
  private static final double LONGEST_FACTOR = 6;
  private static final long POLL_NANOS = 20_000_000;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final Ticker ticker = Ticker.system();
  private final InetSocketAddress address;
  private final long pid;
  private final String subject;
  private final double deadline;

  /**
   * @param pid of the service; 0 if it is not known
   * @param subject what results call the service
   * @param deadline seconds after which an answer is of no use
   */
  LoadGenerator(InetSocketAddress address, long pid, String subject, double deadline) {
    this.address = address;
    this.pid = pid;
    this.subject = subject;
    this.deadline = deadline;
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
    Pace pace = Pace.closedLoop(ticker, over::get);
    Window planned = window(warmUp, seconds);
    List<Client> all = start(requests, clients, pace, answers);
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
    return cell(load, merge(all), new Window(planned.start(), measured, end), before, after);
  }

  /** A constant rate, over as many connections as it takes, at most {@code clients}. */
  Cell openLoop(
      String load,
      List<ByteBuffer> requests,
      double perSecond,
      int clients,
      double warmUp,
      double seconds)
      throws InterruptedException {
    double enough =
        Math.max(seconds, Math.min(LEAST_ANSWERS / perSecond, LONGEST_FACTOR * seconds));
    Window window = window(warmUp, enough);
    Pace pace = Pace.openLoop(window.start(), perSecond, window.end());
    List<Client> all = start(requests, clients, pace, new LongAdder());
    sleepUntil(window.measured());
    Usage before = usage();
    sleepUntil(window.end());
    Usage after = usage();
    finish(all);
    return cell(load, merge(all), window, before, after);
  }

  /** So many requests, by so many clients as fast as they can. */
  Cell times(String load, List<ByteBuffer> requests, int clients, long times)
      throws InterruptedException {
    Usage before = usage();
    long start = ticker.nanos();
    List<Client> all = start(requests, clients, Pace.times(ticker, times), new LongAdder());
    for (Client client : all) {
      client.thread.join();
    }
    return cell(load, merge(all), new Window(start, start, ticker.nanos()), before, usage());
  }

  private record Window(long start, long measured, long end) {
    double seconds() {
      return (end - measured) / 1e9;
    }
  }

  private record Usage(ProcessUsage service, ProcessUsage generator) {}

  private Window window(double warmUp, double seconds) {
    long start = ticker.nanos() + 20_000_000;
    long measured = start + (long) (warmUp * 1e9);
    return new Window(start, measured, measured + (long) (seconds * 1e9));
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

  private List<Client> start(List<ByteBuffer> requests, int clients, Pace pace, LongAdder answers) {
    List<Client> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(new Client(requests, i, pace, answers));
    }
    all.forEach(client -> client.thread.start());
    return all;
  }

  private static Samples merge(List<Client> clients) {
    Samples samples = new Samples();
    clients.forEach(client -> samples.addAll(client.samples));
    return samples;
  }

  /*
   * Throughput counts what ended in the window, so that a queue that grows does not flatter it;
   * latencies are of what was due in the window, however long it took.
   */
  private Cell cell(String load, Samples samples, Window window, Usage before, Usage after) {
    List<Long> answers = new ArrayList<>();
    List<Long> refusals = new ArrayList<>();
    Map<Integer, Long> outcomes = new TreeMap<>();
    long useful = 0;
    long answered = 0;
    long late = 0;
    for (int i = 0; i < samples.size(); i++) {
      long took = samples.ended(i) - samples.started(i);
      boolean ok = samples.status(i) == OK;
      boolean inTime = took <= deadline * 1e9;
      if (within(samples.ended(i), window)) {
        answered += ok ? 1 : 0;
        useful += ok && inTime ? 1 : 0;
      }
      if (within(samples.started(i), window)) {
        outcomes.merge(samples.status(i), 1L, Long::sum);
        late += ok && !inTime ? 1 : 0;
        if (ok) {
          answers.add(took);
        } else if (samples.status(i) == REFUSED) {
          refusals.add(took);
        }
      }
    }
    long serviceCpu = after.service().cpuNanos() - before.service().cpuNanos();
    long generatorCpu = after.generator().cpuNanos() - before.generator().cpuNanos();
    long busy = after.generator().busyNanos() - before.generator().busyNanos();
    double seconds = window.seconds();
    return new Cell(
        subject,
        load,
        seconds,
        useful / seconds,
        latencies(answers),
        latencies(refusals),
        outcomes,
        late,
        pid == 0 ? Double.NaN : serviceCpu / 1e6 / answered,
        generatorCpu / 1e6 / answered,
        after.service().residentBytes() / MEGABYTE,
        after.service().peakBytes() / MEGABYTE,
        pid == 0 ? Double.NaN : Math.max(0, (busy - serviceCpu - generatorCpu) / 1e9 / seconds));
  }

  private static boolean within(long moment, Window window) {
    return moment - window.measured() >= 0 && moment - window.end() < 0;
  }

  private static Latencies latencies(List<Long> nanos) {
    return Latencies.of(nanos.stream().mapToLong(Long::longValue).toArray());
  }

  private void sleepUntil(long moment) {
    for (long left = moment - ticker.nanos(); left > 0; left = moment - ticker.nanos()) {
      LockSupport.parkNanos(left);
    }
  }

  /** One connection and its thread. */
  private final class Client implements Runnable {
    private final HttpConnection connection = new HttpConnection(address);
    private final Samples samples = new Samples();
    private final List<ByteBuffer> requests;
    private final Pace pace;
    private final LongAdder answers;
    private final Thread thread;
    private int turn;

    Client(List<ByteBuffer> requests, int number, Pace pace, LongAdder answers) {
      this.requests = requests;
      this.turn = number;
      this.pace = pace;
      this.answers = answers;
      this.thread = new Thread(null, this, "client-" + number, STACK_BYTES);
      thread.setDaemon(true);
    }

    @Override
    public void run() {
      try (connection) {
        for (long due = pace.next(); due != Pace.OVER; due = pace.next()) {
          sleepUntil(due);
          int status = send(requests.get(turn++ % requests.size()));
          samples.add(due, ticker.nanos(), status);
          answers.increment();
        }
      }
    }

    private int send(ByteBuffer request) {
      try {
        return connection.exchange(request).status();
      } catch (IOException e) {
        return Samples.BROKEN;
      }
    }
  }
}
