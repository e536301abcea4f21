package org.resnetserving.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

@Timeout(60)
class PermitsTest {
  private final Permits permits = new Permits("decoded bytes", 100);

  @Test
  void acquire_takes_whatFits() {
    Permit permit = permits.acquire(60);

    assertThat(permit.weight()).isEqualTo(60);
    assertThat(permits.inUse()).isEqualTo(60);
    permits.acquire(40);
    assertThat(permits.inUse()).isEqualTo(100);
  }

  @Test
  void acquire_refusesWithADiagnosis_whatDoesNotFit() {
    permits.acquire(60);

    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> permits.acquire(41));

    assertThat(refusal.type()).isEqualTo(ProblemType.OVERLOADED);
    assertThat(refusal).hasMessage("No room for decoded bytes: wanted=41, in use=60, capacity=100");
    assertThat(refusal.properties())
        .containsEntry("in_use", 60L)
        .containsEntry("capacity", 100L)
        .containsEntry("wanted", 41L)
        .containsEntry("retry_after_seconds", 1L);
    assertThat(permits.inUse()).isEqualTo(60);
  }

  @Test
  void part_isBounded_byItselfAndByTheWhole() {
    Permits uploads = permits.part("uploads", 70);
    Permits tables = permits.part("tables", 1000);
    assertThat(tables.capacity()).isEqualTo(100);

    Permit upload = uploads.acquire(60);
    assertThat(permits.inUse()).isEqualTo(60);
    assertThatThrownBy(() -> uploads.acquire(11)).hasMessageStartingWith("No room for uploads");
    assertThatThrownBy(() -> tables.acquire(41))
        .hasMessage("No room for decoded bytes: wanted=41, in use=60, capacity=100");
    assertThatThrownBy(() -> tables.requireRoom(41)).hasMessageContaining("decoded bytes");
    assertThat(tables.inUse()).isZero();

    Permit table = tables.acquire(40);
    assertThat(upload.tryResize(61)).isFalse();
    assertThat(uploads.inUse()).isEqualTo(60);
    table.close();
    assertThat(upload.tryResize(70)).isTrue();
    upload.close();
    assertThat(permits.inUse()).isZero();
  }

  @Test
  void close_releasesOnce_howeverOften() {
    Permit permit = permits.acquire(60);
    permits.acquire(30);

    permit.close();
    permit.close();

    assertThat(permit.weight()).isZero();
    assertThat(permits.inUse()).isEqualTo(30);
  }

  @Test
  void weightAboveCapacity_isAdmitted_ifAlone() {
    try (Permit alone = permits.acquire(Long.MAX_VALUE)) {
      assertThat(alone.weight()).isEqualTo(100);
      assertThatThrownBy(() -> permits.acquire(1)).isInstanceOf(ProblemException.class);
    }
    permits.acquire(1);
    assertThatThrownBy(() -> permits.acquire(Long.MAX_VALUE)).isInstanceOf(ProblemException.class);
  }

  @Test
  void tryResize_growsAndShrinks_withinTheCapacity() {
    Permit permit = permits.acquire(10);
    permits.acquire(50);

    assertThat(permit.tryResize(51)).isFalse();
    assertThat(permit.weight()).isEqualTo(10);
    assertThat(permit.tryResize(50)).isTrue();
    assertThat(permits.inUse()).isEqualTo(100);
    assertThat(permit.tryResize(1)).isTrue();
    assertThat(permits.inUse()).isEqualTo(51);

    permit.close();
    assertThat(permits.inUse()).isEqualTo(50);
  }

  @Test
  void resize_refusesWithADiagnosis_whatDoesNotFit() {
    Permit permit = permits.acquire(10);
    permits.acquire(50);

    assertThatThrownBy(() -> permit.resize(51))
        .isInstanceOf(ProblemException.class)
        .hasMessage("No room for decoded bytes: wanted=51, in use=60, capacity=100");
  }

  @Test
  void tryResize_isFalse_onceClosed() {
    Permit permit = permits.acquire(10);
    permit.close();

    assertThat(permit.tryResize(1)).isFalse();
    assertThat(permits.inUse()).isZero();
  }

  @Test
  void nonsense_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Permits("none", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> permits.acquire(0));
    assertThatIllegalArgumentException().isThrownBy(() -> permits.acquire(1).tryResize(-1));
    assertThat(permits.inUse()).isEqualTo(1);
  }

  @Test
  void racingThreads_neverHoldMoreThanTheCapacity() throws Exception {
    int threads = 4;
    AtomicLong held = new AtomicLong(); // What the threads know they hold: at most what is in use.
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        SplittableRandom random = new SplittableRandom(t);
        runs.add(
            executor.submit(
                () -> {
                  start.await();
                  for (int i = 0; i < 50_000; i++) {
                    use(permits, random, held);
                  }
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get(30, TimeUnit.SECONDS);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(permits.inUse()).isZero();
  }

  @Test
  void racingCloses_releaseOnce() throws Exception {
    int threads = 4;
    CyclicBarrier barrier = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    Permit keeper = permits.acquire(7);
    try {
      for (int round = 0; round < 2_000; round++) {
        Permit permit = permits.acquire(50);
        List<Future<?>> closers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          boolean resizes = t == 0;
          closers.add(
              executor.submit(
                  () -> {
                    barrier.await();
                    if (resizes) {
                      permit.tryResize(90);
                    }
                    permit.close();
                    return null;
                  }));
        }
        for (Future<?> closer : closers) {
          closer.get(30, TimeUnit.SECONDS);
        }
        assertThat(permits.inUse()).isEqualTo(keeper.weight());
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static void use(Permits permits, SplittableRandom random, AtomicLong held) {
    long weight = random.nextLong(1, 60);
    try (Permit permit = permits.acquire(weight)) {
      assertThat(held.addAndGet(weight)).isBetween(1L, permits.capacity());
      long other = random.nextLong(1, 60);
      held.addAndGet(-weight);
      if (permit.tryResize(other)) {
        assertThat(held.addAndGet(other)).isBetween(1L, permits.capacity());
        held.addAndGet(-other);
      }
    } catch (ProblemException e) {
      assertThat(e.type()).isEqualTo(ProblemType.OVERLOADED);
    }
  }
}
