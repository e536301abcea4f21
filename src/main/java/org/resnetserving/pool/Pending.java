package org.resnetserving.pool;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * An accepted item. It completes exactly once: with its output, or exceptionally with a {@link
 * ProblemException}, or with a {@link CancellationException} if it was abandoned.
 *
 * @param <O> what comes out
 */
public interface Pending<O> {
  /**
   * Waits for the output until the item's deadline, whether it is still queued or already runs. A
   * thread that is interrupted here abandons the item.
   *
   * @throws ProblemException {@link ProblemType#DEADLINE_EXCEEDED} with the time spent in each
   *     stage, or {@link ProblemType#INFERENCE_FAILED}, or {@link ProblemType#SHUTTING_DOWN}
   * @throws CancellationException if the item was abandoned
   */
  Completed<O> await() throws InterruptedException;

  /** How long it has run, or ran until it was complete; 0 before a worker takes it. */
  long runNanos();

  /**
   * The caller leaves: an item that still waits leaves the queue and is never run, the output of
   * one that runs is dropped. False if the item was complete already.
   */
  boolean abandon();

  /**
   * The outcome, for callers that do not block. What depends on it runs on a worker's thread, so it
   * should be short. A deadline that passes in the queue is noticed when a worker next looks; one
   * that passes during a run is not noticed here.
   */
  CompletionStage<Completed<O>> completion();
}
