package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

class OpeningTest extends PoolFixture {
  @Test
  void everyWorker_makesItsFunction_onItsOwnThread() throws Exception {
    Lane<String, String> lane = open(3, 8, 8);

    assertThat(lane.workers()).isEqualTo(3);
    assertThat(factory.makers)
        .extracting(Thread::getName)
        .containsExactlyInAnyOrder("test-1", "test-2", "test-3");
  }

  @Test
  void functions_areMadeAtTheSameTime_ifThePoolIsIdle() throws Exception {
    CyclicBarrier together = new CyclicBarrier(3);
    factory.onMake(batch -> together.await(20, TimeUnit.SECONDS));

    assertThat(open(3, 8, 8).workers()).isEqualTo(3);
  }

  @Test
  void functions_areMadeOneByOne_ifOtherLanesGoOn() throws Exception {
    WorkerPool pool = pool(3);
    pool.open(settings("first", 3, 8, 8), factory, LaneListener.NONE, () -> {});
    AtomicInteger making = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    factory.onMake(
        batch -> {
          most.accumulateAndGet(making.incrementAndGet(), Math::max);
          making.decrementAndGet();
        });
    pool.open(settings("second", 3, 8, 8), factory, LaneListener.NONE, () -> {});

    assertThat(most).hasValue(1);
    assertThat(factory.made).hasValue(6);
  }

  @Test
  void otherLanes_areServed_whileOneOpens() throws Exception {
    WorkerPool pool = pool(2);
    Lane<String, String> first =
        pool.open(settings("first", 2, 8, 8), factory, LaneListener.NONE, () -> {});
    Factory slow = new Factory();
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    slow.onMake(
        batch -> {
          opening.countDown();
          release.await();
        });
    AtomicReference<Lane<String, String>> second = new AtomicReference<>();
    Thread opener =
        thread(
            () ->
                second.set(
                    pool.open(settings("second", 2, 8, 8), slow, LaneListener.NONE, () -> {})));
    opening.await();

    assertThat(first.submit("a", deadline()).await().value()).isEqualTo("done a");

    release.countDown();
    opener.join(20_000);
    assertThat(second.get().submit("b", deadline()).await().value()).isEqualTo("done b");
  }

  @Test
  void lanes_areSpread_overTheWorkersWithTheFewest() throws Exception {
    WorkerPool pool = pool(2);
    pool.open(settings("a", 1, 8, 8), factory, LaneListener.NONE, () -> {});
    pool.open(settings("b", 1, 8, 8), factory, LaneListener.NONE, () -> {});

    assertThat(factory.makers).extracting(Thread::getName).containsExactly("test-1", "test-2");
  }

  @Test
  void laneHasNoMoreWorkers_thanThePool() throws Exception {
    assertThat(pool(2).open(settings("a", 9, 8, 8), factory, LaneListener.NONE, () -> {}).workers())
        .isEqualTo(2);
  }

  @Test
  void failure_closesWhatWasMade() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    factory.onMake(
        batch -> {
          if (calls.incrementAndGet() == 2) {
            throw new IllegalStateException("no such file");
          }
        });

    assertThatThrownBy(() -> open(2, 8, 8))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Could not open lane 'resnet' (queued=0/8, running=0, workers=2, broken=0)")
        .hasRootCauseMessage("no such file");
    assertThat(factory.made).hasValue(1);
    assertThat(factory.closed).hasValue(1);
  }

  @Test
  void failure_leavesOtherLanesAlone() throws Exception {
    AtomicInteger freed = new AtomicInteger();
    WorkerPool pool = pool(1);
    Lane<String, String> good =
        pool.open(settings("good", 1, 8, 8), factory, LaneListener.NONE, () -> {});

    assertThatThrownBy(
            () ->
                pool.<String, String>open(
                    settings("bad", 1, 8, 8),
                    () -> {
                      throw new LinkageError("no such library");
                    },
                    LaneListener.NONE,
                    freed::incrementAndGet))
        .hasRootCauseMessage("no such library");
    assertThat(freed).hasValue(1);
    assertThat(good.submit("a", deadline()).await().value()).isEqualTo("done a");
  }

  @Test
  void interruptedOpening_closesWhatWasMade() throws Exception {
    WorkerPool pool = pool(1);
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    factory.onMake(
        batch -> {
          making.countDown();
          release.await();
        });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread opener =
        thread(
            () -> {
              try {
                pool.open(settings("a", 1, 8, 8), factory, LaneListener.NONE, () -> {});
              } catch (Throwable t) {
                thrown.set(t);
              }
            });
    making.await();
    opener.interrupt();
    opener.join(20_000);

    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    release.countDown();
    until(() -> factory.closed.get() == 1); // As soon as it was made.
  }

  @Test
  void closedPool_opensNothing() throws Exception {
    WorkerPool pool = pool(1);
    pool.close(GRACE);

    ProblemException refusal =
        catchThrowableOfType(
            ProblemException.class,
            () -> pool.open(settings("a", 1, 8, 8), factory, LaneListener.NONE, () -> {}));

    assertThat(refusal.type()).isEqualTo(ProblemType.SHUTTING_DOWN);
    assertThat(factory.made).hasValue(0);
  }

  @Test
  void poolThatClosesMeanwhile_closesWhatWasMade() throws Exception {
    WorkerPool pool = pool(1);
    Lane<String, String> open =
        pool.open(settings("open", 1, 8, 8), factory, LaneListener.NONE, () -> {});
    CountDownLatch making = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    factory.onMake(
        batch -> {
          making.countDown();
          release.await();
        });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread opener =
        thread(
            () -> {
              try {
                pool.open(settings("a", 1, 8, 8), factory, LaneListener.NONE, () -> {});
              } catch (Throwable t) {
                thrown.set(t);
              }
            });
    making.await();
    AtomicReference<Boolean> clean = new AtomicReference<>();
    Thread closer = thread(() -> clean.set(pool.close(GRACE)));
    until(() -> refusal(open) == ProblemType.SHUTTING_DOWN);
    release.countDown();
    closer.join(20_000);
    opener.join(20_000);

    assertThat(clean.get()).isTrue();
    assertThat(thrown.get()).isInstanceOf(ProblemException.class);
    assertThat(factory.closed).hasValue(2);
  }

  @Test
  void nonsense_isRefused() {
    for (List<Integer> numbers : List.of(List.of(0, 1, 1), List.of(1, 0, 1), List.of(1, 1, 0))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> settings("a", numbers.get(0), numbers.get(1), numbers.get(2)))
          .withMessageStartingWith("Lane 'a'");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LaneSettings("a", 1, 1, 1, Duration.ofMillis(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> new WorkerPool("none", 0, ticker));
  }

  interface Work {
    void run() throws Exception;
  }

  static Thread thread(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    thread.start();
    return thread;
  }
}
