package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemType;

class ClosingTest extends PoolFixture {
  @Test
  void closingLane_acceptsNothing_butFinishesWhatItHas() throws Exception {
    Lane<String, String> lane = open(1, 8, 2);
    Pending<String> gate = block(lane);
    List<Pending<String>> waiting = lane.submitAll(List.of("a", "b", "c"), deadline());
    AtomicReference<Boolean> clean = new AtomicReference<>();
    Thread closer = OpeningTest.thread(() -> clean.set(lane.close(GRACE)));
    until(() -> refusal(lane) == ProblemType.SHUTTING_DOWN);
    factory.openGate(1);
    closer.join(20_000);

    assertThat(clean.get()).isTrue();
    assertThat(gate.await().value()).isEqualTo("done gate");
    assertThat(waiting.get(2).await().value()).isEqualTo("done c");
    assertThat(factory.closed).hasValue(1);
    assertThat(lane.brokenWorkers()).isZero();
    assertThat(recorder.events).contains("resnet rejected SHUTTING_DOWN");
  }

  @Test
  void whatIsNotFinishedInTime_fails_queuedOrRunning() throws Exception {
    Lane<String, String> lane =
        impatient().open(settings("resnet", 1, 8, 2), factory, recorder, () -> {});
    Pending<String> gate = block(lane);
    Pending<String> waiting = lane.submit("a", deadline());

    assertThat(lane.close(Duration.ofMillis(1))).isFalse();

    assertThat(typeOf(gate)).isEqualTo(ProblemType.SHUTTING_DOWN);
    assertThat(problemOf(waiting))
        .hasMessage("Closing lane 'resnet' (queued=1/8, running=1, workers=1, broken=0)");
    assertThat(factory.closed).hasValue(0); // Never closed under a run.
    factory.openGate(1);
    until(() -> factory.closed.get() == 1);
    assertThat(factory.items()).containsExactly("gate");
    until(() -> lane.running() == 0);
    assertThat(recorder.events).filteredOn("resnet failed SHUTTING_DOWN"::equals).hasSize(2);
  }

  @Test
  void whatPredictorsShare_isFreedOnce_afterTheLastRun() throws Exception {
    AtomicInteger freed = new AtomicInteger();
    Lane<String, String> lane =
        impatient().open(settings("resnet", 1, 8, 2), factory, recorder, freed::incrementAndGet);
    block(lane);

    assertThat(lane.close(Duration.ofMillis(1))).isFalse();
    assertThat(freed).as("a worker is in it").hasValue(0);
    factory.openGate(1);
    until(() -> freed.get() == 1);
    assertThat(factory.closed).hasValue(1);
    lane.close(GRACE);
    assertThat(freed).hasValue(1);
  }

  @Test
  void otherLanes_goOn_whenOneCloses() throws Exception {
    WorkerPool pool = pool(1);
    Lane<String, String> one =
        pool.open(settings("one", 1, 8, 8), factory, LaneListener.NONE, () -> {});
    Lane<String, String> other =
        pool.open(settings("other", 1, 8, 8), factory, LaneListener.NONE, () -> {});

    assertThat(one.close(GRACE)).isTrue();

    assertThat(factory.closed).hasValue(1);
    assertThat(other.submit("a", deadline()).await().value()).isEqualTo("done a");
  }

  @Test
  void closingTwice_doesNothingMore() throws Exception {
    Lane<String, String> lane = open(2, 8, 8);

    assertThat(lane.close(GRACE)).isTrue();
    assertThat(lane.close(GRACE)).isTrue();
    assertThat(factory.closed).hasValue(2);
  }

  @Test
  void closingPool_finishesAllLanes() throws Exception {
    WorkerPool pool = pool(2);
    Lane<String, String> one =
        pool.open(settings("one", 2, 8, 1), factory, LaneListener.NONE, () -> {});
    Lane<String, String> other =
        pool.open(settings("other", 1, 8, 1), factory, LaneListener.NONE, () -> {});
    block(one);
    Pending<String> a = one.submit("a", deadline());
    Pending<String> b = other.submit("b", deadline());
    factory.openGate(1);

    assertThat(pool.close(GRACE)).isTrue();

    assertThat(a.await().value()).isEqualTo("done a");
    assertThat(b.await().value()).isEqualTo("done b");
    assertThat(refusal(one)).isEqualTo(ProblemType.SHUTTING_DOWN);
    assertThat(factory.closed).hasValue(3);
    assertThat(pool.close(GRACE)).isTrue();
  }

  @Test
  void closingPool_interruptsARun_thatTakesTooLong() throws Exception {
    WorkerPool pool = impatient();
    Lane<String, String> lane = pool.open(settings("resnet", 1, 8, 8), factory, recorder, () -> {});
    Pending<String> gate = block(lane);

    pool.close(Duration.ofMillis(1));

    assertThat(typeOf(gate)).isEqualTo(ProblemType.SHUTTING_DOWN);
    until(() -> factory.closed.get() == 1);
    assertThat(factory.made).hasValue(1); // Not replaced.
  }

  @Test
  void interruptedClosing_waitsNoLonger() throws Exception {
    Lane<String, String> lane = open(1, 8, 8);
    Pending<String> gate = block(lane);
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    Thread closer =
        OpeningTest.thread(
            () -> {
              lane.close(Duration.ofHours(1));
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    until(() -> refusal(lane) == ProblemType.SHUTTING_DOWN);
    closer.interrupt();
    closer.join(20_000);

    assertThat(interrupted.get()).isTrue();
    assertThat(typeOf(gate)).isEqualTo(ProblemType.SHUTTING_DOWN);
  }

  @Test
  void failedBatch_isTriedAgain_whileDraining() throws Exception {
    Lane<String, String> lane = open(1, 8, 8);
    CountDownLatch failed = new CountDownLatch(1);
    factory.onRun(
        batch -> {
          if (batch.size() == 2) {
            failed.countDown();
            throw new IllegalStateException("boom");
          }
        });
    block(lane);
    List<Pending<String>> two = lane.submitAll(List.of("a", "b"), deadline());
    factory.openGate(1);

    assertThat(lane.close(GRACE)).isTrue();
    failed.await();
    assertThat(two.get(0).await().value()).isEqualTo("done a");
    assertThat(two.get(1).await().value()).isEqualTo("done b");
  }

  @Test
  void busyWorkers_countsThoseAtWork() throws Exception {
    WorkerPool pool = pool(2);
    Lane<String, String> lane =
        pool.open(settings("resnet", 2, 8, 8), factory, LaneListener.NONE, () -> {});
    block(lane);

    until(() -> pool.busyWorkers() == 1);
    factory.openGate(1);
    until(() -> pool.busyWorkers() == 0);
    assertThat(pool).hasToString("pool 'test' (workers=2, busy=0)");
  }

  private WorkerPool impatient() {
    return new WorkerPool("impatient", 1, Ticker.system(), Duration.ofMillis(20));
  }
}
