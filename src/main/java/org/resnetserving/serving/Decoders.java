package org.resnetserving.serving;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads that decode: of lower priority than those that run networks or answer, which only
 * threads of their own can have. Who comes first is served first.
 */
final class Decoders {
  /** How long an idle thread is kept, in seconds. */
  private static final long IDLE = 60;

  private final Semaphore free;
  private final ThreadPoolExecutor threads;

  /**
   * @param count of the threads; with none, nobody's turn ever comes
   */
  Decoders(int count) {
    AtomicInteger number = new AtomicInteger();
    free = new Semaphore(count, true);
    threads =
        new ThreadPoolExecutor(
            Math.max(1, count),
            Math.max(1, count),
            IDLE,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> thread(task, "decoder-" + number.incrementAndGet()));
    threads.allowCoreThreadTimeOut(true);
  }

  @SuppressWarnings("ThreadPriorityCheck") // Right without it: see pool/RATIONALE.
  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.setPriority(Thread.MIN_PRIORITY);
    return thread;
  }

  /** Waits until a thread is free, and takes it; false if none is within that time. */
  boolean take(Duration patience) throws InterruptedException {
    return free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Has the work done on the thread that was taken, and gives that back. Waits for its end though
   * interrupted: what the work holds is the caller's to free.
   *
   * @throws RuntimeException that the work throws, or an {@link Error}
   */
  <T> T run(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, threads).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } finally {
      free.release();
    }
  }
}
