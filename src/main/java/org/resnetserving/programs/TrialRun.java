package org.resnetserving.programs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

  /**
   * Runs a program over all pictures as the service will: all workers at once. Its speed is taken
   * from the median time of a batch, which what else the machine does moves little.
   */
  static TrialRun of(CompiledModel network, List<Crop> pictures, int batch, int workers)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(workers, TrialRun::daemon);
    AtomicInteger next = new AtomicInteger();
    try {
      float[][] answers = new float[pictures.size()][];
      List<Callable<List<Long>>> shares =
          Collections.nCopies(workers, () -> share(network, pictures, batch, next, answers));
      List<Long> times = new ArrayList<>();
      for (Future<List<Long>> share : threads.invokeAll(shares)) {
        times.addAll(share.get());
      }
      Collections.sort(times);
      return new TrialRun(
          Arrays.asList(answers), workers * batch * 1e9 / times.get(times.size() / 2));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } finally {
      next.set(pictures.size());
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

  /** One worker's share; returns the times of its batches, after one picture to warm up. */
  private static List<Long> share(
      CompiledModel network,
      List<Crop> pictures,
      int batch,
      AtomicInteger next,
      float[][] answers) {
    List<Long> times = new ArrayList<>();
    try (Session session = network.newSession()) {
      session.warmUp();
      int from = next.getAndAdd(batch);
      while (from < answers.length) {
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
    }
    return times;
  }
}
