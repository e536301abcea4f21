package org.resnetserving.programs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.Session;

/**
 * What a program answered on trial, and how fast.
 *
 * @param answers one per picture: the logits, or of a network without a head the features
 * @param imagesPerSecond of all workers together
 */
record TrialRun(List<float[]> answers, double imagesPerSecond) {

  /** Untimed runs that each worker makes of a whole batch before any is timed. */
  private static final int WARM_RUNS = 3;

  /** Timed runs that each worker should make at least. */
  private static final int TIMED_RUNS = 3;

  /**
   * Runs a program over all pictures as the service will: all workers at once, after each has run
   * whole batches until they are warm. Its speed is taken from the median time of a batch, which
   * what else the machine does moves little.
   *
   * @param maxBatch of the service; smaller ones are run where there are many workers
   * @param disturbed whether to stop: asked before each batch
   * @throws CancellationException if it was disturbed
   */
  static TrialRun of(
      CompiledModel network,
      List<Crop> pictures,
      int maxBatch,
      int workers,
      BooleanSupplier disturbed)
      throws InterruptedException {
    int batch = Math.max(1, Math.min(maxBatch, pictures.size() / (workers * TIMED_RUNS)));
    return run(new Course(network, pictures, batch, workers, WARM_RUNS, disturbed));
  }

  /**
   * Runs a program over few pictures, once and cold: its answers are what counts.
   *
   * @param maxBatch the most pictures that one run takes
   */
  static TrialRun once(CompiledModel network, List<Crop> pictures, int maxBatch, int workers)
      throws InterruptedException {
    int runners = Math.min(workers, pictures.size());
    int batch = Math.min(maxBatch, (pictures.size() + runners - 1) / runners);
    return run(new Course(network, pictures, batch, runners, 0, () -> false));
  }

  private static TrialRun run(Course course) throws InterruptedException {
    int workers = course.workers();
    ExecutorService threads = Executors.newFixedThreadPool(workers, TrialRun::daemon);
    AtomicInteger next = new AtomicInteger();
    try {
      float[][] answers = new float[course.pictures().size()][];
      Phaser warm = new Phaser(workers);
      List<Callable<List<Long>>> shares =
          Collections.nCopies(workers, () -> course.share(warm, next, answers));
      List<Long> times = new ArrayList<>();
      for (Future<List<Long>> share : threads.invokeAll(shares)) {
        times.addAll(share.get());
      }
      Collections.sort(times);
      return new TrialRun(
          Arrays.asList(answers), workers * course.batch() * 1e9 / times.get(times.size() / 2));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } finally {
      next.set(course.pictures().size());
      end(threads);
    }
  }

  /** Waits for runs under way, whoever interrupts: the network is closed after them. */
  private static void end(ExecutorService threads) {
    threads.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable share) {
    Thread thread = new Thread(share, "program-trial");
    thread.setDaemon(true);
    return thread;
  }

  /** The logits; of a network without a head, the features. */
  private static float[] answer(Inference inference) {
    float[] features = inference.features();
    return inference.logits().length == 0 && features != null ? features : inference.logits();
  }

  /**
   * What all workers run.
   *
   * @param warmRuns of a whole batch, before any is timed
   * @param disturbed whether to stop
   */
  private record Course(
      CompiledModel network,
      List<Crop> pictures,
      int batch,
      int workers,
      int warmRuns,
      BooleanSupplier disturbed) {

    /** One worker's share; returns the times of its batches. All begin when all are warm. */
    List<Long> share(Phaser warm, AtomicInteger next, float[][] answers) {
      try (Session session = network.newSession()) {
        warmUp(session, warm);
        List<Long> times = new ArrayList<>();
        int from = next.getAndAdd(batch);
        while (from < answers.length) {
          requireQuiet();
          int to = Math.min(from + batch, answers.length);
          // Drawn before the clock starts.
          List<Crop> drawn = List.copyOf(pictures.subList(from, to));
          long start = System.nanoTime();
          List<Inference> inferences = session.run(drawn);
          times.add((System.nanoTime() - start) * batch / (to - from));
          for (Inference inference : inferences) {
            answers[from++] = answer(inference);
          }
          from = next.getAndAdd(batch);
        }
        return times;
      }
    }

    private void warmUp(Session session, Phaser warm) {
      try {
        List<Crop> first = warmRuns == 0 ? List.of() : List.copyOf(pictures.subList(0, batch));
        for (int i = 0; i < warmRuns; i++) {
          requireQuiet();
          session.run(first);
        }
      } catch (RuntimeException | Error e) {
        warm.arriveAndDeregister(); // Else the others would wait for it.
        throw e;
      }
      warm.arriveAndAwaitAdvance();
    }

    private void requireQuiet() {
      if (disturbed.getAsBoolean()) {
        throw new CancellationException("programs are tried another time: there is other work");
      }
    }
  }
}
