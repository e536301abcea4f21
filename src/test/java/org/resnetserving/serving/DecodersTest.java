package org.resnetserving.serving;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DecodersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Decoders decoders = new Decoders(2);
  private final ExecutorService requests = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    requests.shutdownNow();
  }

  @Test
  void work_isDoneBehindThoseThatAnswer() throws Exception {
    take();
    assertThat(decoders.run(() -> Thread.currentThread().getPriority()))
        .isEqualTo(Thread.MIN_PRIORITY)
        .isLessThan(Thread.currentThread().getPriority());
  }

  @Test
  void more_thanThereAreThreads_wait() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch over = new CountDownLatch(1);
    Future<?> one = requests.submit(() -> await(begun, over));
    Future<?> other = requests.submit(() -> await(begun, over));
    begun.await();
    assertThat(decoders.take(Duration.ZERO)).isFalse();

    over.countDown();
    one.get();
    other.get();
    take();
  }

  @Test
  void failure_isTheCallers_andTheThreadIsFreeAgain() throws Exception {
    IllegalStateException failure = new IllegalStateException("bad picture");
    LinkageError error = new NoClassDefFoundError("opencv");
    for (int i = 0; i < 3; i++) {
      take();
      assertThatThrownBy(
              () ->
                  decoders.run(
                      () -> {
                        throw failure;
                      }))
          .isSameAs(failure);
      take();
      assertThatThrownBy(
              () ->
                  decoders.run(
                      () -> {
                        throw error;
                      }))
          .isSameAs(error);
    }
  }

  @Test
  void interruptedCaller_waitsForTheEnd_andStaysInterrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              String answer = await(begun, over);
              interrupted.complete(answer.equals("done") && Thread.interrupted());
            });
    caller.start();
    begun.await();
    caller.interrupt();
    over.countDown();
    assertThat(interrupted.get(PATIENCE.toSeconds(), SECONDS)).isTrue();
  }

  /** Takes a thread, and works there until it is over. */
  private String await(CountDownLatch begun, CountDownLatch over) {
    try {
      take();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return decoders.run(
        () -> {
          begun.countDown();
          try {
            over.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return "done";
        });
  }

  private void take() throws InterruptedException {
    assertThat(decoders.take(PATIENCE)).isTrue();
  }
}
