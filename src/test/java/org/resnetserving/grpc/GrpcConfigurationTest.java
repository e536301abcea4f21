package org.resnetserving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;

final class GrpcConfigurationTest {
  private static final int CALLS = 100;

  @Test
  void answerThreads_callsOneAfterTheOther_areFew() {
    ThreadPoolExecutor threads = GrpcConfiguration.answerThreads(CALLS);
    for (int i = 0; i < CALLS; i++) {
      threads.execute(() -> {});
      await().until(() -> threads.getActiveCount() == 0);
    }
    assertThat(threads.getLargestPoolSize()).isLessThan(CALLS / 4);
    threads.shutdown();
  }

  @Test
  void answerThreads_callsAtATime_haveOneEach() throws InterruptedException {
    ThreadPoolExecutor threads = GrpcConfiguration.answerThreads(CALLS);
    CountDownLatch all = new CountDownLatch(CALLS);
    for (int i = 0; i < CALLS; i++) {
      threads.execute(
          () -> {
            all.countDown();
            try {
              all.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
    all.await();
    assertThat(threads.getLargestPoolSize()).isEqualTo(CALLS);
    threads.shutdown();
  }

  @Test
  void answerThreads_allTaken_waitForTheOneThatIsAboutToBeIdle() throws InterruptedException {
    ThreadPoolExecutor threads = GrpcConfiguration.answerThreads(1);
    Semaphore permit = new Semaphore(1);
    for (int i = 0; i < CALLS; i++) {
      permit.acquire();
      threads.execute(permit::release);
    }
    permit.acquire();
    await().until(() -> threads.getCompletedTaskCount() == CALLS);
    threads.shutdown();
  }
}
