package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;

/** Work never waits for one worker while another, who could do it, sleeps. */
class HandOffTest extends PoolFixture {
  @Test
  void workerWokenForOneLane_thatTakesAnother_wakesTheNext() throws Exception {
    WorkerPool pool = pool(2);
    Lane<String, String> shared =
        pool.open(settings("shared", 2, 8, 1), factory, LaneListener.NONE, () -> {});
    Lane<String, String> narrow =
        pool.open(settings("narrow", 1, 8, 1), factory, LaneListener.NONE, () -> {});
    factory.onRun(batch -> ticker.advance(Duration.ofMillis(10)));
    // Both workers have served the shared lane, so the one they share prefers the narrow one.
    shared.submitAll(List.of("gate", "gate"), deadline());
    factory.awaitGate();
    factory.awaitGate();
    factory.openGate(2);
    until(() -> pool.busyWorkers() == 0);

    pool.lock().lock(); // Both items are there before a worker looks.
    try {
      shared.submit("gate", deadline());
      narrow.submit("gate", deadline());
    } finally {
      pool.lock().unlock();
    }

    factory.awaitGate();
    factory.awaitGate();
    assertThat(pool.busyWorkers()).isEqualTo(2);
  }

  @Test
  void workerWokenForAnItem_thatIsGivenAnErrand_wakesTheNext() throws Exception {
    WorkerPool pool = pool(2);
    Lane<String, String> shared =
        pool.open(settings("shared", 2, 8, 1), factory, LaneListener.NONE, () -> {});
    CountDownLatch release = new CountDownLatch(1);
    Lane<String, String> closing =
        pool.open(
            settings("closing", 1, 8, 1),
            () -> new ClosingSlowly(release),
            LaneListener.NONE,
            () -> {});
    until(() -> pool.busyWorkers() == 0);
    CompletableFuture<Void> closed;
    Pending<String> item;

    pool.lock().lock(); // Item and errand are there before a worker looks.
    try {
      item = shared.submit("a", deadline());
      closed = closing.release();
    } finally {
      pool.lock().unlock();
    }

    assertThat(item.await().value()).isEqualTo("done a");
    assertThat(closed).isNotDone();
    release.countDown();
    closed.get(20, TimeUnit.SECONDS);
  }

  @Test
  void heldBackBatch_isNotForgotten_byAWorkerThatIsCalledAway() throws Exception {
    WorkerPool real = new WorkerPool("real", 2, Ticker.system());
    LaneSettings delayed = new LaneSettings("delayed", 8, 8, 2, Duration.ofMillis(50));
    Lane<String, String> held = real.open(delayed, factory, LaneListener.NONE, () -> {});
    Lane<String, String> narrow =
        real.open(settings("narrow", 1, 8, 1), factory, LaneListener.NONE, () -> {});
    Deadline deadline = Deadline.after(Duration.ofSeconds(20), Ticker.system());
    until(() -> real.busyWorkers() == 0);
    Pending<String> item = held.submit("a", deadline); // Its first worker will wake in time,
    narrow.submit("gate", deadline); // but is busy then.
    factory.awaitGate();

    assertThat(item.await().value()).isEqualTo("done a");
    factory.openGate(1);
    assertThat(real.close(GRACE)).isTrue();
  }

  private static final class ClosingSlowly implements Predictor<String, String> {
    private final CountDownLatch release;

    ClosingSlowly(CountDownLatch release) {
      this.release = release;
    }

    @Override
    public List<String> run(List<String> batch) {
      return batch;
    }

    @Override
    public void close() {
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
