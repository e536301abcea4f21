package org.resnetserving.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.problem.RetryAfter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model's way into a {@link WorkerPool}: a bounded first-in-first-out queue, and a seat at each
 * worker that serves it. Thread-safe.
 *
 * @param <I> what goes in
 * @param <O> what comes out
 */
public final class Lane<I, O> {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  /*
   * Concurrency: one lock, the pool's, guards every lane's backlog and seats and every worker's
   * state. So the bound is checked and taken in one step, an item goes from waiting to running or
   * out in one step, and no submission slips between a worker's last look and its going to sleep.
   * Predictors, listeners and what depends on futures are never called under it: whoever lets go of
   * an item under the lock settles it afterwards.
   *
   * An accepted item is in the backlog until a worker, its caller or the shutdown lets it go, and
   * each of them settles what it lets go. An item settled by its caller while it runs stays in the
   * backlog until its run ends, so that running() is the truth about the workers.
   */
  private final WorkerPool pool;
  private final ReentrantLock lock;
  private final Ticker ticker;
  private final Duration patience;
  private final LaneSettings settings;
  private final LaneListener listener;
  private final Runnable shared;
  private final Backlog<I, O> backlog;
  private final List<Seat<I, O>> seats = new ArrayList<>();
  private @Nullable CompletableFuture<Void> released;

  Lane(WorkerPool pool, LaneSettings settings, LaneListener listener, Runnable shared) {
    this.pool = pool;
    this.lock = pool.lock();
    this.ticker = pool.ticker();
    this.patience = pool.patience();
    this.settings = settings;
    this.listener = listener;
    this.shared = shared;
    this.backlog = new Backlog<>(settings, ticker);
  }

  /**
   * Appends an item to the queue.
   *
   * @throws ProblemException at once: {@link ProblemType#OVERLOADED} if the queue is full, {@link
   *     ProblemType#SHUTTING_DOWN} if the lane closes, {@link ProblemType#DEADLINE_EXCEEDED} if no
   *     time is left, {@link ProblemType#MODEL_NOT_READY} if no worker has a predictor that works
   */
  public Pending<O> submit(I input, Deadline deadline) {
    return submitAll(List.of(input), deadline).get(0);
  }

  /** Appends all inputs next to each other, or none, refused as {@link #submit} refuses one. */
  public List<Pending<O>> submitAll(List<? extends I> inputs, Deadline deadline) {
    List<Item<I, O>> items = new ArrayList<>(inputs.size());
    List<Item<I, O>> expired = new ArrayList<>(0);
    ProblemException refusal =
        locked(
            () -> {
              long now = ticker.nanos();
              inputs.forEach(input -> items.add(new Item<>(this, input, deadline, now)));
              return admit(items, deadline, now, expired);
            });
    expired.forEach(Item::expire);
    if (refusal != null) {
      tell((to, name) -> to.onRejected(name, refusal.type()));
      throw refusal;
    }
    return List.copyOf(items);
  }

  private @Nullable ProblemException admit(
      List<Item<I, O>> items, Deadline deadline, long now, List<Item<I, O>> expired) {
    Throwable broken = broken();
    if (backlog.closing()) {
      return state().shuttingDown();
    }
    if (deadline.expiredAt(now)) {
      return state().exceeded(deadline, now, 0, 0);
    }
    if (broken != null) {
      return state().unable(broken);
    }
    if (backlog.queued() == 0) {
      seats.forEach(Seat::rejoin);
    }
    if (!backlog.offer(items)) {
      // What has expired holds its place until somebody looks.
      expired.addAll(backlog.takeExpired(now));
      if (!backlog.offer(items)) {
        return state().overloaded(items.size());
      }
    }
    wakeWorkers();
    return null;
  }

  /** How many items wait. */
  public int queued() {
    return locked(backlog::queued);
  }

  /** How many items run. */
  public int running() {
    return locked(backlog::runningCount);
  }

  /** How many workers serve the lane when all is well. */
  public int workers() {
    return locked(seats::size);
  }

  /** How many of them have no predictor that works; they try again by themselves. */
  public int brokenWorkers() {
    return locked(() -> (int) seats.stream().filter(Seat::broken).count());
  }

  /**
   * What it says to whoever asks while no worker has a predictor that works; empty while one has.
   */
  public Optional<ProblemException> outage() {
    return locked(() -> Optional.ofNullable(broken()).map(cause -> state().unable(cause)));
  }

  /**
   * When a client that is refused now may come back.
   *
   * @param waiting how many items are before it, those included that were not submitted yet
   */
  public Duration retryAfter(int waiting) {
    return locked(() -> backlog.rate().retryAfter(waiting));
  }

  /** What the lane is. */
  public LaneSettings settings() {
    return settings;
  }

  /**
   * Closes in order: accepts nothing more; finishes what was accepted, within {@code grace}; fails
   * the rest as {@link ProblemType#SHUTTING_DOWN}; closes the predictors on their workers' threads,
   * waiting a few seconds at most. Other lanes go on. An interrupt ends the waits early.
   *
   * @return whether all that was accepted is finished and all predictors are closed
   */
  public boolean close(Duration grace) {
    boolean drained = drain(grace);
    boolean closed = WorkerPool.await(release(), patience);
    if (!closed) {
      log.warn("Predictors not closed after {}, a run must be stuck: {}", patience, this);
    }
    return drained && closed;
  }

  /** The state that explains a refusal or a delay. */
  @Override
  public String toString() {
    return locked(this::state).toString();
  }

  /** Accepts nothing more, and holds no batch back any longer. */
  void refuse() {
    locked(
        () -> {
          backlog.close();
          wakeWorkers();
        });
  }

  /** Waits for what was accepted and fails what is left; false if something was. */
  boolean drain(Duration grace) {
    refuse();
    if (WorkerPool.await(backlog.drained(), grace)) {
      return true;
    }
    log.warn("Not drained after {}: {}", grace, this);
    List<Item<I, O>> rest = new ArrayList<>();
    LaneState state =
        locked(
            () -> {
              LaneState now = state();
              rest.addAll(backlog.running());
              rest.addAll(backlog.takeWaiting());
              return now;
            });
    rest.forEach(item -> item.fail(state.shuttingDown()));
    return rest.isEmpty();
  }

  /** Starts to serve, now that all predictors are made; false if it was closed meanwhile. */
  boolean join() {
    return locked(
        () -> {
          if (released == null) {
            seats.forEach(Seat::join);
          }
          return released == null;
        });
  }

  /** Whether predictors are wanted no more. */
  boolean released() {
    return locked(() -> released != null);
  }

  /** Items run no more, whatever came of them. */
  void stop(List<Item<I, O>> items) {
    locked(() -> backlog.stop(items));
  }

  /** If nothing is left that could run what waits, fails it. */
  void failIfBroken() {
    List<Item<I, O>> doomed = new ArrayList<>();
    LaneState state = locked(this::state);
    Throwable cause =
        locked(
            () -> {
              Throwable reason = broken();
              if (reason != null) {
                doomed.addAll(backlog.takeWaiting());
              }
              return reason;
            });
    if (cause != null) {
      doomed.forEach(item -> item.fail(state.unable(cause)));
    }
  }

  /**
   * Leaves the workers; the future is done when they have closed their predictors, and what these
   * share is freed.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // What is made of it ends in the other future.
  CompletableFuture<Void> release() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    CompletableFuture<Void> closed =
        locked(
            () -> {
              if (released != null) {
                return null;
              }
              released = done;
              pool.forget(this);
              return CompletableFuture.allOf(
                  seats.stream().map(Seat::leave).toArray(CompletableFuture[]::new));
            });
    if (closed != null) {
      closed.thenRun(shared).whenComplete((nothing, failure) -> end(done, failure));
    }
    return locked(() -> Objects.requireNonNull(released));
  }

  private static void end(CompletableFuture<Void> done, @Nullable Throwable failure) {
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
  }

  String name() {
    return settings.name();
  }

  Backlog<I, O> backlog() {
    return backlog;
  }

  List<Seat<I, O>> seats() {
    return seats;
  }

  /** Wakes as many sleeping workers as there are waiting items; under the lock. */
  void wakeWorkers() {
    int wanted = backlog.queued();
    for (Seat<I, O> seat : seats) {
      if (wanted > 0 && seat.wake()) {
        wanted--;
      }
    }
  }

  /** The workers that could run a batch now; under the lock. */
  int freeWorkers() {
    return (int) seats.stream().filter(Seat::free).count();
  }

  /** Why no worker has a predictor that works, or null if one has; under the lock. */
  @Nullable Throwable broken() {
    Throwable cause = null;
    for (Seat<I, O> seat : seats) {
      cause = seat.brokenBy();
      if (cause == null) {
        return null;
      }
    }
    return cause;
  }

  /** This moment; under the lock. */
  LaneState state() {
    return new LaneState(
        name(),
        backlog.queued(),
        settings.capacity(),
        backlog.runningCount(),
        seats.size(),
        (int) seats.stream().filter(Seat::broken).count(),
        backlog.rate().retryAfter(backlog.queued() + backlog.runningCount()),
        repair());
  }

  private Duration repair() {
    long now = ticker.nanos();
    long least =
        seats.stream()
            .filter(Seat::broken)
            .mapToLong(seat -> Math.max(0, seat.readyInNanos(now)))
            .min()
            .orElse(0);
    return RetryAfter.estimated(least / 1e9);
  }

  long nanos() {
    return ticker.nanos();
  }

  /** Tells the listener, whose failures are its own. */
  void tell(BiConsumer<LaneListener, String> event) {
    try {
      event.accept(listener, name());
    } catch (Throwable t) {
      log.warn("Listener failed: {}", this, t);
    }
  }

  /** Reads or changes, in one step, what the lock guards. */
  <T extends @Nullable Object> T locked(Supplier<T> step) {
    lock.lock();
    try {
      return step.get();
    } finally {
      lock.unlock();
    }
  }

  /** Changes in one step what the lock guards. */
  void locked(Runnable step) {
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
  }
}
