package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.FakeTicker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** A pool on a clock of the test's, and one lane's worth of fakes. */
@Timeout(60)
@ExtendWith(Quiet.class)
abstract class PoolFixture {
  static final Duration GRACE = Duration.ofSeconds(20);

  final FakeTicker ticker = new FakeTicker();
  final Factory factory = new Factory();
  final Recorder recorder = new Recorder();
  WorkerPool pool;

  WorkerPool pool(int workers) {
    pool = new WorkerPool("test", workers, ticker, Duration.ofSeconds(20));
    return pool;
  }

  Lane<String, String> open(int workers, int capacity, int maxBatch) throws InterruptedException {
    return pool(workers)
        .open(settings("resnet", workers, capacity, maxBatch), factory, recorder, () -> {});
  }

  static LaneSettings settings(String name, int workers, int capacity, int maxBatch) {
    return new LaneSettings(name, capacity, maxBatch, workers, Duration.ZERO);
  }

  Deadline deadline() {
    return in(60);
  }

  Deadline in(int seconds) {
    return Deadline.after(Duration.ofSeconds(seconds), ticker);
  }

  /** Occupies a worker of the lane until the gate opens. */
  Pending<String> block(Lane<String, String> lane) throws InterruptedException {
    Pending<String> gate = lane.submit("gate", deadline());
    factory.awaitGate();
    return gate;
  }

  static ProblemException problemOf(Pending<?> pending) {
    ProblemException problem = catchThrowableOfType(ProblemException.class, pending::await);
    assertThat(problem).isNotNull();
    return problem;
  }

  static ProblemType typeOf(Pending<?> pending) {
    return problemOf(pending).type();
  }

  /** Why the lane refuses an item past its deadline: for that, as long as it accepts any. */
  ProblemType refusal(Lane<String, String> lane) {
    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> lane.submit("x", in(0)));
    return refusal.type();
  }

  static boolean done(Pending<?> pending) {
    return pending.completion().toCompletableFuture().isDone();
  }

  /** Waits for what no latch tells: a state that another thread is about to reach. */
  static void until(java.util.function.BooleanSupplier state) throws InterruptedException {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!state.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(limit);
      Thread.sleep(1);
    }
  }

  @AfterEach
  void closesCleanly() {
    factory.openGate(1_000_000);
    if (pool != null) {
      assertThat(pool.close(GRACE)).isTrue();
      assertThat(factory.closed).hasValue(factory.made.get());
      assertThat(factory.misuses).isEmpty();
    }
  }
}
