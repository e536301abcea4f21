package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FairnessTest extends PoolFixture {
  /** The order of the runs on the one worker, one letter each. */
  private final StringBuffer order = new StringBuffer();

  @Test
  void lanes_haveEqualTime_howeverLongTheirRunsAre() throws Exception {
    WorkerPool pool = pool(1);
    Lane<String, String> gate =
        pool.open(settings("gate", 1, 8, 1), factory, LaneListener.NONE, () -> {});
    Lane<String, String> slow = costing(pool, "s", 30);
    Lane<String, String> quick = costing(pool, "q", 10);
    block(gate);
    submit(slow, 100);
    submit(quick, 300);
    factory.openGate(1);
    quick.close(GRACE);

    int slowTime = 0;
    int quickTime = 0;
    for (char run : order.toString().toCharArray()) {
      if (run == 's') {
        slowTime += 30;
      } else {
        quickTime += 10;
      }
      assertThat(Math.abs(slowTime - quickTime)).isLessThanOrEqualTo(30);
    }
    assertThat(quickTime).isEqualTo(3000);
  }

  @Test
  void newlyBusyLane_doesNotMonopolise() throws Exception {
    WorkerPool pool = pool(1);
    Lane<String, String> gate =
        pool.open(settings("gate", 1, 8, 1), factory, LaneListener.NONE, () -> {});
    Lane<String, String> old = costing(pool, "o", 10);
    Lane<String, String> idle = costing(pool, "i", 10);
    submit(old, 500).get(499).await(); // Five seconds' use, while the other had none.
    order.setLength(0);
    block(gate);
    submit(idle, 50);
    submit(old, 50);
    factory.openGate(1);
    pool.close(GRACE);

    // One run's head start at most, then turns.
    assertThat(order.substring(0, 40).replace("i", "")).hasSizeBetween(18, 21);
  }

  @Test
  void modestLane_isServedNext_besideAFlood() throws Exception {
    WorkerPool pool = pool(1);
    Lane<String, String> flood = costing(pool, "f", 10);
    Lane<String, String> modest = costing(pool, "m", 10);
    Lane<String, String> gate =
        pool.open(settings("gate", 1, 8, 1), factory, LaneListener.NONE, () -> {});
    block(gate);
    submit(flood, 400);
    List<Integer> waits = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    ask(modest, waits, 20, done);
    factory.openGate(1);
    done.await();

    assertThat(waits).hasSize(20).allMatch(wait -> wait <= 1);
  }

  /**
   * Asks again on the worker's thread as soon as it is answered, and notes how many ran between.
   */
  private void ask(Lane<String, String> lane, List<Integer> waits, int left, CountDownLatch done) {
    if (left == 0) {
      done.countDown();
      return;
    }
    int before = order.length();
    lane.submit("x", deadline())
        .completion()
        .thenAccept(
            answer -> {
              waits.add(order.length() - before - 1);
              ask(lane, waits, left - 1, done);
            });
  }

  private List<Pending<String>> submit(Lane<String, String> lane, int count) {
    List<Pending<String>> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(lane.submit("x", in(1000)));
    }
    return items;
  }

  private Lane<String, String> costing(WorkerPool pool, String letter, int millis)
      throws InterruptedException {
    return pool.open(
        settings(letter, 1, 1000, 1),
        () ->
            new Predictor<>() {
              @Override
              public List<String> run(List<String> batch) {
                order.append(letter);
                ticker.advance(Duration.ofMillis(millis));
                return batch;
              }

              @Override
              public void close() {}
            },
        LaneListener.NONE,
        () -> {});
  }
}
