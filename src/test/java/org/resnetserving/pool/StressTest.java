package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** Everything at once, at random, for a few seconds: each accepted item completes exactly once. */
@Timeout(60)
@ExtendWith(Quiet.class)
class StressTest {
  private static final Duration TIME = Duration.ofSeconds(4);
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> misuses = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder completions = new LongAdder();
  private final LongAdder values = new LongAdder();
  private final LongAdder told = new LongAdder();
  private final AtomicBoolean faulty = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Counts the ends of accepted items that are not outputs. */
  private final LaneListener listener =
      new LaneListener() {
        @Override
        public void onExpired(String lane, Duration spent) {
          told.increment();
        }

        @Override
        public void onAbandoned(String lane) {
          told.increment();
        }

        @Override
        public void onFailed(String lane, ProblemException problem) {
          told.increment();
        }
      };

  @Test
  void everyAcceptedItem_completesExactlyOnce() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    WorkerPool pool = new WorkerPool("stress", 3, Ticker.system());
    List<Lane<Integer, Integer>> lanes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      lanes.add(pool.open(settings(i), Faulty::new, listener, () -> {}));
    }
    faulty.set(true);
    List<Thread> threads = new ArrayList<>();
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    for (int t = 0; t < 8; t++) {
      SplittableRandom random = new SplittableRandom(seed + t);
      Lane<Integer, Integer> lane = lanes.get(t % 3);
      threads.add(start(failures, () -> ask(lane, random)));
    }
    SplittableRandom random = new SplittableRandom(seed - 1);
    threads.add(start(failures, () -> openAndClose(pool, random)));
    TimeUnit.NANOSECONDS.sleep(TIME.toNanos());
    lanes.get(0).close(Duration.ofMillis(5));
    boolean clean = pool.close(GRACE);
    over.set(true);
    for (Thread thread : threads) {
      thread.join(20_000);
      assertThat(thread.isAlive()).as("%s with seed %d", thread, seed).isFalse();
    }

    assertThat(failures).as("seed %d", seed).isEmpty();
    assertThat(clean).isTrue();
    assertThat(misuses).isEmpty();
    assertThat(closed).hasValue(made.get());
    assertThat(accepted.sum()).isPositive();
    assertThat(completions.sum()).as("seed %d", seed).isEqualTo(accepted.sum());
    assertThat(told.sum() + values.sum()).as("seed %d", seed).isEqualTo(accepted.sum());
    for (Lane<Integer, Integer> lane : lanes) {
      assertThat(lane.queued()).isZero();
      assertThat(lane.running()).isZero();
    }
  }

  private void ask(Lane<Integer, Integer> lane, SplittableRandom random) throws Exception {
    while (!over.get()) {
      int count = random.nextInt(1, 5);
      List<Integer> inputs = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        inputs.add(ids.incrementAndGet());
      }
      Duration allowed = Duration.ofNanos(random.nextLong(3_000_000));
      try {
        List<Pending<Integer>> items =
            lane.submitAll(inputs, Deadline.after(allowed, Ticker.system()));
        accepted.add(count);
        for (Pending<Integer> item : items) {
          item.completion().whenComplete((value, failure) -> completions.increment());
        }
        for (int i = 0; i < count; i++) {
          end(items.get(i), inputs.get(i), random);
        }
      } catch (ProblemException refusal) {
        if (refusal.type() == ProblemType.SHUTTING_DOWN) {
          return;
        }
        assertThat(refusal.type())
            .isIn(
                ProblemType.OVERLOADED, ProblemType.DEADLINE_EXCEEDED, ProblemType.MODEL_NOT_READY);
        TimeUnit.MICROSECONDS.sleep(100);
      }
    }
  }

  private void end(Pending<Integer> item, int input, SplittableRandom random)
      throws InterruptedException {
    switch (random.nextInt(8)) {
      case 0 -> item.abandon();
      case 1 -> {
        Thread.currentThread().interrupt();
        try {
          check(item.await(), input);
        } catch (InterruptedException e) {
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        } catch (ProblemException | CancellationException e) {
          assertThat(Thread.interrupted()).isTrue();
        }
        Thread.interrupted();
      }
      default -> {}
    }
    try {
      check(item.await(), input);
      values.increment();
    } catch (CancellationException e) {
      // Abandoned just before.
    } catch (ProblemException e) {
      assertThat(e.type())
          .isIn(
              ProblemType.DEADLINE_EXCEEDED,
              ProblemType.INFERENCE_FAILED,
              ProblemType.MODEL_NOT_READY,
              ProblemType.SHUTTING_DOWN);
    }
  }

  private static void check(Completed<Integer> completed, int input) {
    assertThat(completed.value()).isEqualTo(-input);
    assertThat(completed.batchSize()).isBetween(1, 4);
    assertThat(completed.queueNanos()).isNotNegative();
    assertThat(completed.runNanos()).isNotNegative();
  }

  /** Lanes come and go beside the others. */
  private void openAndClose(WorkerPool pool, SplittableRandom random) throws Exception {
    while (!over.get()) {
      Lane<Integer, Integer> lane;
      try {
        lane = pool.open(settings(3), Faulty::new, listener, () -> {});
      } catch (ProblemException e) {
        assertThat(e.type()).isEqualTo(ProblemType.SHUTTING_DOWN);
        return;
      } catch (IllegalStateException e) {
        continue; // A predictor that could not be made.
      }
      Thread asker = start(new ConcurrentLinkedQueue<>(), () -> ask(lane, random.split()));
      TimeUnit.MICROSECONDS.sleep(random.nextInt(20_000));
      lane.close(Duration.ofNanos(random.nextLong(5_000_000)));
      asker.join(20_000);
      assertThat(asker.isAlive()).isFalse();
    }
  }

  private static LaneSettings settings(int number) {
    Duration delay = number == 1 ? Duration.ofNanos(300_000) : Duration.ZERO;
    return new LaneSettings("lane" + number, 8, 4, 1 + number, delay);
  }

  interface Work {
    void run() throws Exception;
  }

  private static Thread start(ConcurrentLinkedQueue<Throwable> failures, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable t) {
                failures.add(t);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Negates; is slow, fails, or cannot be made, now and then. */
  private final class Faulty implements Predictor<Integer, Integer> {
    private final Thread owner = Thread.currentThread();
    private boolean open = true;

    Faulty() {
      if (faulty.get() && ThreadLocalRandom.current().nextInt(20) == 0) {
        throw new IllegalStateException("cannot be made");
      }
      made.incrementAndGet();
    }

    @Override
    public List<Integer> run(List<Integer> batch) throws Exception {
      check("run");
      ThreadLocalRandom random = ThreadLocalRandom.current();
      if (random.nextInt(4) == 0) {
        TimeUnit.MICROSECONDS.sleep(random.nextInt(2_000));
      }
      switch (random.nextInt(60)) {
        case 0 -> throw new IllegalStateException("failed");
        case 1 -> throw new OutOfMemoryError("not really");
        case 2 -> {
          return List.of();
        }
        default -> {
          return batch.stream().map(input -> -input).toList();
        }
      }
    }

    @Override
    public void close() {
      check("close");
      open = false;
      closed.incrementAndGet();
    }

    private void check(String call) {
      if (!open || owner != Thread.currentThread()) {
        misuses.add(call);
      }
    }
  }
}
