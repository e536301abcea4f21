package org.resnetserving;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that ask without pause, each again once it has its answer, until they are to end. */
public final class SteadyClients<T> implements AutoCloseable {
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger answered = new AtomicInteger();
  private final List<Future<List<T>>> clients = new ArrayList<>();
  private final ExecutorService threads;

  /**
   * They begin at once.
   *
   * @param ask asks once, and returns the answer
   */
  public SteadyClients(int count, Callable<T> ask) {
    threads = Executors.newFixedThreadPool(count);
    for (int i = 0; i < count; i++) {
      clients.add(
          threads.submit(
              () -> {
                List<T> answers = new ArrayList<>();
                while (!over.get()) {
                  answers.add(ask.call());
                  answered.incrementAndGet();
                }
                return answers;
              }));
    }
  }

  /** How many answers all of them have. */
  public int answered() {
    return answered.get();
  }

  /** Waits until they have more than so many, two minutes at most. */
  public void awaitMoreThan(int answers) {
    await().atMost(Duration.ofMinutes(2)).until(() -> answered() > answers);
  }

  /**
   * Waits until each has its last answer.
   *
   * @return the answers of each
   * @throws ExecutionException if one did not get an answer
   */
  public List<List<T>> end() throws InterruptedException, ExecutionException {
    over.set(true);
    List<List<T>> all = new ArrayList<>();
    for (Future<List<T>> client : clients) {
      all.add(client.get());
    }
    return all;
  }

  @Override
  public void close() {
    over.set(true);
    threads.shutdownNow();
  }
}
