package org.resnetserving.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import inference.ModelInferResponse;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Ticker;

/**
 * Clients that run errands, and compare every answer with the first that the same errand got. Which
 * errand comes after which follows from a seed.
 */
final class SoakLoad {
  /**
   * How far answers to one picture may be from each other: a picture that runs in a batch with
   * others may be summed up in another order. See RATIONALE.md.
   */
  static final double TOLERANCE = 1e-3;

  private static final long SEED = 1;
  private static final int OK = 200;
  private static final int BAD = 400;
  private static final int GONE = 404;
  private static final int BUSY = 429;
  private static final int LOADING = 503;
  private static final int FAILED = 500;

  /** Less than the service keeps a connection on which nothing comes. */
  private static final long IDLE_NANOS = 10_000_000_000L;

  private static final int MOST_MILLIS_TO_HANG_UP = 40;
  private static final int MOST_NOTES = 20;
  private static final int NOTE_LENGTH = 400;
  private static final int TRIES = 100;
  private static final long PAUSE_MILLIS = 100;

  private final Ticker ticker = Ticker.system();
  private final InetSocketAddress http;
  private final InetSocketAddress grpc;
  private final double deadline;
  private final List<Errand> errands;
  private final Map<String, Answer> first = new ConcurrentHashMap<>();
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final List<String> notes = new ArrayList<>();
  private Counts counts = Counts.NONE;

  /**
   * @param deadline seconds that a client waits over gRPC
   */
  SoakLoad(InetSocketAddress http, InetSocketAddress grpc, List<Errand> errands, double deadline) {
    this.http = http;
    this.grpc = grpc;
    this.errands = errands;
    this.deadline = deadline;
  }

  /**
   * What became of the errands so far.
   *
   * @param right answers that were what they had been the first time, refusals of bad pictures
   *     among them
   * @param busy refused since others were asking (429)
   * @param hungUp where the client hung up
   * @param gone asked of the model that comes and goes, while it was not there: 404, or 503 while
   *     it is loaded
   * @param wrong answers that were not what they had been
   * @param failed with a status from 500 on, or a connection that broke
   * @param difference the largest of right answers from their first
   */
  record Counts(
      long right, long busy, long hungUp, long gone, long wrong, long failed, double difference) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0);

    String words() {
      return "besides %d refused as busy, %d where the client hung up, %d to a model that was gone"
          .formatted(busy, hungUp, gone);
    }

    Counts plus(Counts more) {
      return new Counts(
          right + more.right,
          busy + more.busy,
          hungUp + more.hungUp,
          gone + more.gone,
          wrong + more.wrong,
          failed + more.failed,
          Math.max(difference, more.difference));
    }
  }

  /** An errand, when it is to be done, and when its client hangs up, if it does. */
  private record Turn(long due, Errand errand, int bytes, long millis) {}

  /**
   * Runs each errand once while nothing else goes on. Its answer is the one that counts.
   *
   * @throws IOException if one is not answered with what it should be
   */
  void first() throws IOException, InterruptedException {
    Client client = new Client(Arrivals.times(ticker, 0));
    try {
      for (Errand errand : errands) {
        if (!hangsUp(errand)) {
          first(client, errand);
        }
      }
    } finally {
      client.close();
    }
  }

  private void first(Client client, Errand errand) throws IOException {
    Answer answer = client.answer(errand);
    int status = answer.status();
    if (errand.status() == OK ? status != OK : status < BAD || status >= FAILED) {
      throw new IOException("%s was answered with %d".formatted(errand.name(), status));
    }
    first.put(errand.name(), answer);
  }

  /** Starts so many clients, until the arrivals are over. */
  List<Thread> start(int clients, Arrivals arrivals) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Thread thread = new Thread(new Client(arrivals), "soak-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    return threads;
  }

  /**
   * Asks for each of these again, at once; or for the first time.
   *
   * @return the largest difference from the first answers
   */
  double check(List<Errand> goldens) throws IOException, InterruptedException {
    double most = 0;
    Client client = new Client(Arrivals.times(ticker, 0));
    try {
      for (Errand golden : goldens) {
        if (!first.containsKey(golden.name())) {
          first(client, golden);
        }
        Counts counted = client.compared(golden);
        for (int i = 0; i < TRIES && counted.busy() > 0; i++) {
          Thread.sleep(PAUSE_MILLIS);
          counted = client.compared(golden);
        }
        count(counted);
        most = Math.max(most, counted.difference());
      }
    } finally {
      client.close();
    }
    return most;
  }

  synchronized Counts counts() {
    return counts;
  }

  /** The first things that went wrong. */
  synchronized List<String> notes() {
    return List.copyOf(notes);
  }

  /** Counts something that was done beside the errands, and did not work. */
  void failed(String what) {
    note(what);
    count(new Counts(0, 0, 0, 0, 0, 1, 0));
  }

  private synchronized void count(Counts more) {
    counts = counts.plus(more);
  }

  private synchronized void note(String what) {
    if (notes.size() < MOST_NOTES) {
      notes.add(what.substring(0, Math.min(what.length(), NOTE_LENGTH)));
    }
  }

  private static boolean hangsUp(Errand errand) {
    return errand.way() == Errand.Way.HANG_UP_IN_UPLOAD
        || errand.way() == Errand.Way.HANG_UP_BEFORE_ANSWER;
  }

  /** The next errand; null when there are no more. */
  private synchronized @Nullable Turn next(Arrivals arrivals) {
    long due = arrivals.next();
    if (due == Arrivals.OVER) {
      return null;
    }
    Errand errand = Errand.draw(errands, random);
    int length = errand.request().remaining();
    int bytes = errand.way() == Errand.Way.HANG_UP_IN_UPLOAD ? random.nextInt(length) : length;
    return new Turn(due, errand, bytes, random.nextInt(MOST_MILLIS_TO_HANG_UP));
  }

  /** Connections of its own, and the thread that they are used by. */
  private final class Client implements Runnable {
    private final HttpConnection overHttp = new HttpConnection(http);
    private final GrpcConnection overGrpc = new GrpcConnection(grpc, deadline);
    private final Arrivals arrivals;
    private long used = ticker.nanos();

    Client(Arrivals arrivals) {
      this.arrivals = arrivals;
    }

    @Override
    public void run() {
      try {
        for (Turn turn = next(arrivals); turn != null; turn = next(arrivals)) {
          for (long left = turn.due() - ticker.nanos();
              left > 0;
              left = turn.due() - ticker.nanos()) {
            LockSupport.parkNanos(left);
          }
          count(hangsUp(turn.errand()) ? hungUp(turn) : compared(turn.errand()));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        close();
      }
    }

    void close() {
      overHttp.close();
      overGrpc.close();
    }

    private Counts hungUp(Turn turn) throws InterruptedException {
      freshen();
      try {
        overHttp.abandon(turn.errand().request(), turn.bytes(), turn.millis());
        return new Counts(0, 0, 1, 0, 0, 0, 0);
      } catch (IOException e) {
        note("%s: %s".formatted(turn.errand().name(), e));
        return new Counts(0, 0, 0, 0, 0, 1, 0);
      }
    }

    Counts compared(Errand errand) {
      Answer answer;
      try {
        answer = answer(errand);
      } catch (IOException e) {
        note("%s: %s".formatted(errand.name(), e));
        return new Counts(0, 0, 0, 0, 0, 1, 0);
      }
      if (answer.status() == BUSY) {
        return new Counts(0, 1, 0, 0, 0, 0, 0);
      }
      if (errand.comesAndGoes() && (answer.status() == GONE || answer.status() == LOADING)) {
        return new Counts(0, 0, 0, 1, 0, 0, 0);
      }
      if (answer.status() >= FAILED) {
        note("%s was answered with %d".formatted(errand.name(), answer.status()));
        return new Counts(0, 0, 0, 0, 0, 1, 0);
      }
      Answer before = first.getOrDefault(errand.name(), answer);
      double difference = answer.difference(before);
      if (difference <= TOLERANCE) {
        return new Counts(1, 0, 0, 0, 0, 0, difference);
      }
      note(
          "%s was answered with %s, and at first with %s".formatted(errand.name(), answer, before));
      return new Counts(0, 0, 0, 0, 1, 0, 0);
    }

    Answer answer(Errand errand) throws IOException {
      if (errand.way() == Errand.Way.GRPC) {
        try {
          return Answer.of(ModelInferResponse.parseFrom(overGrpc.exchange(errand.request())));
        } catch (StatusRuntimeException e) {
          return new Answer(GrpcConnection.status(e), Map.of());
        } catch (InvalidProtocolBufferException e) {
          throw new IOException(e);
        }
      }
      freshen();
      return Answer.of(overHttp.exchange(errand.request()));
    }

    /** Who writes on a connection while the other end closes it gets no answer. */
    private void freshen() {
      long now = ticker.nanos();
      if (now - used > IDLE_NANOS) {
        overHttp.disconnect();
      }
      used = now;
    }
  }
}
