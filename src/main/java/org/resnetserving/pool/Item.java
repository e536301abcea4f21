package org.resnetserving.pool;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.resnetserving.admission.Deadline;
import org.resnetserving.problem.ProblemException;

/**
 * An item on its way through a lane. Worker, caller and shutdown may all want to end it: the first
 * to settle it does, tells the listener, and then completes the future.
 */
final class Item<I, O> implements Pending<O> {
  private final Lane<I, O> lane;
  private final I input;
  private final Deadline deadline;
  private final long submittedNanos;
  private final AtomicBoolean settled = new AtomicBoolean();
  private final CompletableFuture<Completed<O>> future = new CompletableFuture<>();

  // Written once under the pool's lock by the worker that takes the item.
  private boolean started;
  private long startedNanos;

  Item(Lane<I, O> lane, I input, Deadline deadline, long submittedNanos) {
    this.lane = lane;
    this.input = input;
    this.deadline = deadline;
    this.submittedNanos = submittedNanos;
  }

  @Override
  public Completed<O> await() throws InterruptedException {
    try {
      long remaining = Math.max(0, deadline.expiryNanos() - lane.nanos());
      return future.get(remaining, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      expire();
      return outcome();
    } catch (InterruptedException e) {
      abandon();
      throw e;
    } catch (ExecutionException e) {
      throw problem(e);
    }
  }

  @Override
  public long runNanos() {
    Completed<O> completed = future.isCompletedExceptionally() ? null : future.getNow(null);
    if (completed != null) {
      return completed.runNanos();
    }
    return lane.locked(() -> started ? lane.nanos() - startedNanos : 0);
  }

  @Override
  public boolean abandon() {
    leaveQueue();
    if (!settle()) {
      return false;
    }
    lane.tell(LaneListener::onAbandoned);
    future.cancel(false);
    return true;
  }

  @Override
  public CompletionStage<Completed<O>> completion() {
    return future.minimalCompletionStage();
  }

  I input() {
    return input;
  }

  Deadline deadline() {
    return deadline;
  }

  /** Whether nobody has ended it yet. */
  boolean wanted() {
    return !settled.get();
  }

  /** A worker takes it; under the pool's lock. */
  void start(long now) {
    started = true;
    startedNanos = now;
  }

  long submittedNanos() {
    return submittedNanos;
  }

  /** How long it waited before it started; for the worker that took it. */
  long queueNanos() {
    return startedNanos - submittedNanos;
  }

  /** Ends it with its output, unless it has ended. */
  void complete(O output, long now, int batchSize) {
    Completed<O> completed = new Completed<>(output, queueNanos(), now - startedNanos, batchSize);
    if (settle()) {
      future.complete(completed);
    }
  }

  /** Ends it with a failure of the lane's, unless it has ended. */
  void fail(ProblemException problem) {
    if (settle()) {
      lane.tell((listener, name) -> listener.onFailed(name, problem));
      future.completeExceptionally(problem);
    }
  }

  /** Ends it for want of time, unless it has ended. */
  void expire() {
    leaveQueue();
    long now = lane.nanos();
    ProblemException problem = lane.locked(() -> exceeded(now));
    Duration spent = Duration.ofNanos(now - submittedNanos);
    if (settle()) {
      lane.tell((listener, name) -> listener.onExpired(name, spent));
      future.completeExceptionally(problem);
    }
  }

  private ProblemException exceeded(long now) {
    long left = started ? startedNanos : now;
    return lane.state().exceeded(deadline, now, left - submittedNanos, now - left);
  }

  /**
   * It need not wait any more; if it runs already, its worker lets it go. This comes before
   * settling it, so that no worker takes what is settled.
   */
  private void leaveQueue() {
    lane.locked(() -> lane.backlog().withdraw(this));
  }

  private boolean settle() {
    return settled.compareAndSet(false, true);
  }

  private Completed<O> outcome() throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw problem(e);
    }
  }

  private static ProblemException problem(ExecutionException e) {
    // Nothing else is ever put into the future.
    return (ProblemException) Objects.requireNonNull(e.getCause());
  }
}
