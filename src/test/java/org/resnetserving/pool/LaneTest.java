package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

class LaneTest extends PoolFixture {
  @Test
  void item_completesWithItsOutputAndItsTimes() throws Exception {
    Lane<String, String> lane = open(1, 8, 4);
    factory.onRun(batch -> ticker.advance(Duration.ofMillis(30)));
    block(lane);
    List<Pending<String>> two = lane.submitAll(List.of("a", "b"), deadline());
    ticker.advance(Duration.ofMillis(100));
    factory.openGate(1);

    assertThat(two.get(0).await()).isEqualTo(completed("done a", 130, 30, 2));
    assertThat(two.get(1).await()).isEqualTo(completed("done b", 130, 30, 2));
    assertThat(recorder.events).contains("resnet batch 2 queues 2");
  }

  @Test
  void items_areRun_firstInFirstOut() throws Exception {
    Lane<String, String> lane = open(1, 100, 3);
    block(lane);
    for (int i = 0; i < 10; i++) {
      lane.submit("i" + i, deadline());
    }
    factory.openGate(1);
    lane.close(GRACE);

    assertThat(factory.batches)
        .containsExactly(
            List.of("gate"),
            List.of("i0", "i1", "i2"),
            List.of("i3", "i4", "i5"),
            List.of("i6", "i7", "i8"),
            List.of("i9"));
  }

  @Test
  void batch_isTheShareOfOneWorker_ifAnotherIsIdle() throws Exception {
    Lane<String, String> lane = open(2, 100, 8);
    until(() -> pool.busyWorkers() == 0); // Neither is still at its opening.
    List<Pending<String>> items =
        lane.submitAll(List.of("gate", "b", "c", "gate'", "e"), deadline());
    factory.awaitGate();
    factory.awaitGate();

    assertThat(factory.batches)
        .containsExactlyInAnyOrder(List.of("gate", "b", "c"), List.of("gate'", "e"));
    factory.openGate(2);
    for (Pending<String> item : items) {
      item.await();
    }
  }

  @Test
  void batch_isAsLargeAsAllowed_ifNoOtherWorkerIsIdle() throws Exception {
    Lane<String, String> lane = open(2, 100, 8);
    block(lane);
    block(lane);
    List<String> nine = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8");
    lane.submitAll(nine, deadline());
    factory.openGate(1);
    until(() -> factory.batches.size() == 4);

    assertThat(factory.batches.subList(2, 4))
        .containsExactly(nine.subList(0, 8), nine.subList(8, 9));
  }

  @Test
  void counts_areDisjoint() throws Exception {
    Lane<String, String> lane = open(1, 2, 4);
    Pending<String> gate = block(lane);
    Pending<String> a = lane.submit("a", deadline());
    lane.submit("b", deadline());

    assertThat(lane.queued()).isEqualTo(2);
    assertThat(lane.running()).isEqualTo(1);
    assertThat(lane).hasToString("lane 'resnet' (queued=2/2, running=1, workers=1, broken=0)");

    factory.openGate(1);
    gate.await();
    a.await();
    assertThat(lane.queued()).isZero();
    assertThat(lane.running()).isZero();
  }

  @Test
  void fullQueue_refusesWithADiagnosis() throws Exception {
    Lane<String, String> lane = open(1, 2, 4);
    block(lane);
    lane.submitAll(List.of("a", "b"), deadline());

    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> lane.submit("c", deadline()));

    assertThat(refusal.type()).isEqualTo(ProblemType.OVERLOADED);
    assertThat(refusal)
        .hasMessage(
            "No room for 1 more:" + " lane 'resnet' (queued=2/2, running=1, workers=1, broken=0)");
    assertThat(refusal.properties())
        .containsEntry("retry_after_seconds", 1L)
        .containsEntry("queued", 2)
        .containsEntry("running", 1)
        .containsEntry("capacity", 2);
    assertThat(recorder.events).contains("resnet rejected OVERLOADED");
  }

  @Test
  void retryAfter_isTheTimeToServeWhatIsThere_atTheMeasuredRate() throws Exception {
    Lane<String, String> lane = open(1, 9, 1);
    factory.onRun(batch -> ticker.advance(Duration.ofMillis(500)));
    for (int i = 0; i < 10; i++) {
      lane.submit("i" + i, deadline()).await();
    }
    block(lane);
    lane.submitAll(List.of("1", "2", "3", "4", "5", "6", "7", "8"), deadline());

    assertThat(lane.retryAfter(9)).isEqualTo(Duration.ofSeconds(5)); // 9 at 2 a second.
  }

  @Test
  void submitAll_takesAllOrNone() throws Exception {
    Lane<String, String> lane = open(1, 3, 4);
    block(lane);
    lane.submitAll(List.of("a", "b"), deadline());

    assertThatThrownBy(() -> lane.submitAll(List.of("c", "d"), deadline()))
        .isInstanceOf(ProblemException.class);
    assertThat(lane.queued()).isEqualTo(2);
  }

  @Test
  void expiredItem_isNeverRun() throws Exception {
    Lane<String, String> lane = open(1, 8, 1);
    block(lane);
    Pending<String> late = lane.submit("late", in(1));
    Pending<String> good = lane.submit("good", in(60));
    ticker.advance(Duration.ofSeconds(2));
    factory.openGate(1);
    good.await();

    assertThat(done(late)).isTrue(); // The worker noticed: nobody awaited it.
    ProblemException problem = problemOf(late);
    assertThat(problem.type()).isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    assertThat(problem.properties())
        .containsEntry("allowed_ms", 1000L)
        .containsEntry("before_queue_ms", 0L)
        .containsEntry("queued_ms", 2000L)
        .containsEntry("running_ms", 0L);
    assertThat(factory.items()).containsExactly("gate", "good");
    assertThat(recorder.events).containsOnlyOnce("resnet expired PT2S");
  }

  @Test
  void expiredItem_givesUpItsPlace_toANewOne() throws Exception {
    Lane<String, String> lane = open(1, 1, 1);
    block(lane);
    Pending<String> late = lane.submit("late", in(1));
    ticker.advance(Duration.ofSeconds(2));

    Pending<String> good = lane.submit("good", in(60));

    assertThat(done(late)).isTrue();
    assertThat(typeOf(late)).isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    factory.openGate(1);
    assertThat(good.await().value()).isEqualTo("done good");
  }

  @Test
  void submit_isRefused_pastTheDeadline() throws Exception {
    Lane<String, String> lane = open(1, 1, 1);
    Deadline deadline = in(1);
    ticker.advance(Duration.ofMillis(1500));

    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> lane.submit("late", deadline));

    assertThat(refusal.type()).isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    assertThat(refusal.properties()).containsEntry("before_queue_ms", 1500L);
  }

  @Test
  void await_freesItsCallerAtTheDeadline_whileTheItemRuns() throws Exception {
    Lane<String, String> lane = open(1, 1, 1);
    Deadline deadline = in(1);
    ticker.advance(Duration.ofMillis(200));
    Pending<String> gate = lane.submit("gate", deadline);
    factory.awaitGate();
    ticker.advance(Duration.ofMillis(900));

    ProblemException problem = problemOf(gate);

    assertThat(problem.type()).isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    assertThat(problem)
        .hasMessageStartingWith(
            "Deadline of 1000 ms passed: 200 ms before the queue, 0 ms queued, 900 ms running");
    assertThat(lane.running()).isEqualTo(1); // The worker still is at it.
    factory.openGate(1);
    until(() -> lane.running() == 0);
    assertThat(recorder.events).containsOnlyOnce("resnet expired PT0.9S");
  }

  @Test
  void await_freesItsCallerAtTheDeadline_byTheRealClock() throws Exception {
    WorkerPool real = new WorkerPool("real", 1, Ticker.system());
    Lane<String, String> lane =
        real.open(settings("resnet", 1, 1, 1), factory, LaneListener.NONE, () -> {});
    // Long enough for it to be accepted, however busy the machine is.
    Deadline deadline = Deadline.after(Duration.ofSeconds(1), Ticker.system());
    assertThat(typeOf(lane.submit("gate", deadline))).isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    assertThat(deadline.expired(Ticker.system())).isTrue();
    factory.openGate(1);
    assertThat(real.close(GRACE)).isTrue();
  }

  @Test
  void await_takesTheItemOutOfTheQueue_whenTheDeadlinePasses() throws Exception {
    Lane<String, String> lane = open(1, 1, 1);
    block(lane);
    Pending<String> late = lane.submit("late", in(1));
    ticker.advance(Duration.ofSeconds(1));

    assertThat(typeOf(late)).isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    assertThat(lane.queued()).isZero();
  }

  @Test
  void abandonedItem_leavesTheQueueAndIsNeverRun() throws Exception {
    Lane<String, String> lane = open(1, 3, 1);
    block(lane);
    lane.submit("a", deadline());
    Pending<String> left = lane.submit("left", deadline());
    Pending<String> last = lane.submit("b", deadline());

    assertThat(left.abandon()).isTrue();
    assertThat(left.abandon()).isFalse();

    assertThat(lane.queued()).isEqualTo(2);
    assertThatThrownBy(left::await).isInstanceOf(CancellationException.class);
    factory.openGate(1);
    last.await();
    assertThat(factory.items()).containsExactly("gate", "a", "b");
    assertThat(recorder.events).containsOnlyOnce("resnet abandoned");
  }

  @Test
  void abandonedItem_thatRuns_isDropped() throws Exception {
    Lane<String, String> lane = open(1, 1, 1);
    Pending<String> gate = block(lane);

    assertThat(gate.abandon()).isTrue();

    assertThatThrownBy(gate::await).isInstanceOf(CancellationException.class);
    assertThat(lane.running()).isEqualTo(1);
    factory.openGate(1);
    assertThat(lane.submit("next", deadline()).await().value()).isEqualTo("done next");
    assertThat(lane.running()).isZero();
  }

  @Test
  void completeItem_cannotBeAbandoned() throws Exception {
    Lane<String, String> lane = open(1, 1, 1);
    Pending<String> item = lane.submit("a", deadline());
    item.await();

    assertThat(item.abandon()).isFalse();
    assertThat(item.await().value()).isEqualTo("done a");
  }

  @Test
  void interruptedCaller_abandonsItsItem() throws Exception {
    Lane<String, String> lane = open(1, 1, 1);
    block(lane);
    Pending<String> item = lane.submit("a", deadline());
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    Thread caller =
        new Thread(
            () -> {
              started.countDown();
              try {
                item.await();
              } catch (Throwable t) {
                thrown.set(t);
              }
            });
    caller.start();
    started.await();
    caller.interrupt();
    caller.join(20_000);

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    assertThat(lane.queued()).isZero();
    assertThatThrownBy(item::await).isInstanceOf(CancellationException.class);
  }

  @Test
  void completion_cannotBeCompletedFromOutside() throws Exception {
    Lane<String, String> lane = open(1, 1, 1);
    Pending<String> gate = block(lane);

    gate.completion().toCompletableFuture().cancel(true);
    factory.openGate(1);

    assertThat(gate.await().value()).isEqualTo("done gate");
  }

  @Test
  void heldBackBatch_isRun_whenItIsFull() throws Exception {
    Lane<String, String> lane = openDelayed(Duration.ofHours(1));
    lane.submit("a", deadline());
    lane.submit("b", deadline());
    assertThat(lane.queued()).isEqualTo(2);
    lane.submit("c", deadline()).await();

    assertThat(factory.batches).containsExactly(List.of("a", "b", "c"));
  }

  @Test
  void heldBackBatch_isRun_whenItsOldestItemIsOldEnough() throws Exception {
    Lane<String, String> lane = openDelayed(Duration.ofHours(1));
    Pending<String> first = lane.submit("a", in(10_000));
    assertThat(lane.queued()).isEqualTo(1);
    ticker.advance(Duration.ofHours(1));
    lane.submit("b", in(10_000)); // Has the worker look at the clock.

    assertThat(first.await().value()).isEqualTo("done a");
  }

  @Test
  void heldBackBatch_isRun_byTheRealClock() throws Exception {
    WorkerPool real = new WorkerPool("real", 2, Ticker.system());
    LaneSettings settings = new LaneSettings("resnet", 9, 3, 2, Duration.ofMillis(20));
    Lane<String, String> lane = real.open(settings, factory, LaneListener.NONE, () -> {});
    Deadline deadline = Deadline.after(Duration.ofSeconds(20), Ticker.system());

    Completed<String> completed = lane.submit("a", deadline).await();

    assertThat(completed.queueNanos()).isGreaterThanOrEqualTo(20_000_000L);
    assertThat(real.close(GRACE)).isTrue();
  }

  @Test
  void heldBackBatch_isRunAtOnce_whenTheLaneCloses() throws Exception {
    Lane<String, String> lane = openDelayed(Duration.ofHours(1));
    Pending<String> item = lane.submit("a", deadline());

    assertThat(lane.close(GRACE)).isTrue();
    assertThat(item.await().value()).isEqualTo("done a");
  }

  @Test
  void throwingListener_harmsNobody() throws Exception {
    LaneListener throwing =
        new LaneListener() {
          @Override
          public void onBatch(String lane, int size, long[] queueNanos, long runNanos) {
            throw new IllegalStateException("listener");
          }

          @Override
          public void onRejected(String lane, ProblemType reason) {
            throw new LinkageError("listener");
          }
        };
    Lane<String, String> lane =
        pool(1).open(settings("resnet", 1, 1, 1), factory, throwing, () -> {});

    assertThat(lane.submit("a", deadline()).await().value()).isEqualTo("done a");
    assertThatThrownBy(() -> lane.submitAll(List.of("b", "c"), deadline()))
        .isInstanceOf(ProblemException.class);
  }

  private Lane<String, String> openDelayed(Duration delay) throws InterruptedException {
    return pool(1).open(new LaneSettings("resnet", 9, 3, 1, delay), factory, recorder, () -> {});
  }

  private static Completed<String> completed(String value, int queueMs, int runMs, int size) {
    return new Completed<>(value, queueMs * 1_000_000L, runMs * 1_000_000L, size);
  }
}
