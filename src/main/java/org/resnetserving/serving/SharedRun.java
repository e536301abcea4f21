package org.resnetserving.serving;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * One run of a network on one picture, which several requests may wait for. The request that found
 * nothing kept has it run, and ends it once: with what came out, or by leaving. What has failed or
 * was left is cancelled, as the cache takes it for granted that this is not kept and tells no log
 * of it.
 */
final class SharedRun extends CompletableFuture<PictureResult> {
  private final Consumer<SharedRun> remove;
  private final Ticker ticker;

  /** Written before this is cancelled, read after. */
  private volatile @Nullable ProblemException problem;

  /**
   * @param remove takes it out of the cache
   */
  SharedRun(Consumer<SharedRun> remove, Ticker ticker) {
    this.remove = remove;
    this.ticker = ticker;
  }

  /** It came to that, for all who wait; a result is kept, a problem is not. */
  void end(Outcome outcome) {
    ProblemException failure = outcome.problem().orElse(null);
    if (failure == null) {
      complete(outcome.result());
    } else {
      // Whoever has it may add to it: others get their own.
      problem = failure.again();
      leave();
    }
  }

  /** Whoever had it run is gone; nothing if it has ended. Those who wait see to it themselves. */
  void leave() {
    if (!isDone()) {
      // First, so that nobody who comes now finds what is over.
      remove.accept(this);
      cancel(false);
    }
  }

  /**
   * Waits until it has ended. Whoever leaves here harms no other.
   *
   * @return empty if nobody has it run any more
   * @throws ProblemException (DEADLINE_EXCEEDED, SHUTTING_DOWN)
   */
  Optional<Outcome> await(Deadline deadline) {
    try {
      return Optional.of(
          Outcome.answered(get(deadline.remaining(ticker).toNanos(), TimeUnit.NANOSECONDS)));
    } catch (CancellationException e) {
      ProblemException failure = problem;
      return failure == null ? Optional.empty() : Optional.of(Outcome.failed(failure.again()));
    } catch (TimeoutException e) {
      throw new ProblemException(
          ProblemType.DEADLINE_EXCEEDED,
          "The deadline of %s passed while another request had the network run on the same picture."
              .formatted(deadline.allowed()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemType.SHUTTING_DOWN, "The request was interrupted.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a run ends with a result or is cancelled", e);
    }
  }
}
