package org.resnetserving.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed number of threads that run the batches of all {@link Lane}s. Each owns a {@link
 * Predictor} of its own for each lane it serves, and divides its time evenly between those that
 * have something to do. Thread-safe.
 */
public final class WorkerPool {
  private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

  /** How long each stage of closing waits for a worker that may be stuck in a run. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Below who reads, refuses or answers, above who decodes, where the JVM heeds priorities. */
  private static final int PRIORITY = 3;

  private final String name;
  private final Ticker ticker;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Worker> workers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Lane<?, ?>> lanes = new ArrayList<>();
  private boolean closing;

  /**
   * @param name what its threads are called, with a number
   * @param workers how many threads
   * @param ticker tells the time
   */
  public WorkerPool(String name, int workers, Ticker ticker) {
    this(name, workers, ticker, PATIENCE);
  }

  WorkerPool(String name, int workers, Ticker ticker, Duration patience) {
    if (workers < 1) {
      throw new IllegalArgumentException(name + ": workers must be at least 1, is " + workers);
    }
    this.name = name;
    this.ticker = ticker;
    this.patience = patience;
    for (int i = 1; i <= workers; i++) {
      Worker worker = new Worker(lock, ticker);
      this.workers.add(worker);
      threads.add(thread(worker, name + "-" + i));
    }
    threads.forEach(Thread::start);
  }

  @SuppressWarnings("ThreadPriorityCheck") // Right without it: see RATIONALE for what it gains.
  private static Thread thread(Worker worker, String name) {
    Thread thread = new Thread(worker, name);
    // A run that is stuck in native code must not keep the process from ending.
    thread.setDaemon(true);
    thread.setPriority(PRIORITY);
    return thread;
  }

  /**
   * Opens a lane: has each of its workers make a predictor, all at once if the pool was idle, one
   * worker after the other if there are lanes that go on meanwhile.
   *
   * @param predictors makes one worker's predictor, on that worker's thread
   * @param shared run when all predictors are closed, whenever that is and whatever came before: it
   *     frees what they share. No worker is in one of them then, be it that the lane never opened
   * @return the lane, all of whose workers are ready
   * @throws IllegalStateException if a predictor could not be made; those that were are closed
   * @throws ProblemException {@link ProblemType#SHUTTING_DOWN} if the pool closes
   */
  public <I, O> Lane<I, O> open(
      LaneSettings settings,
      Callable<? extends Predictor<I, O>> predictors,
      LaneListener listener,
      Runnable shared)
      throws InterruptedException {
    Lane<I, O> lane = new Lane<>(this, settings, listener, shared);
    boolean ready = false;
    Duration wait = patience;
    try {
      prepare(lane, reserve(lane, predictors));
      ready = true;
      return lane;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Could not open " + lane, e.getCause());
    } catch (InterruptedException e) {
      wait = Duration.ZERO;
      throw e;
    } finally {
      if (!ready) {
        await(lane.release(), wait);
      }
    }
  }

  /** Gives the lane its seats, which are not scheduled yet; true if other lanes are open. */
  private <I, O> boolean reserve(Lane<I, O> lane, Callable<? extends Predictor<I, O>> predictors) {
    lock.lock();
    try {
      if (closing) {
        throw new ProblemException(ProblemType.SHUTTING_DOWN, "Closing " + this);
      }
      boolean shared = !lanes.isEmpty();
      workers.stream()
          .sorted(Comparator.comparingInt(Worker::seats))
          .limit(lane.settings().workers())
          .forEach(worker -> lane.seats().add(new Seat<>(lane, worker, predictors)));
      lanes.add(lane);
      return shared;
    } finally {
      lock.unlock();
    }
  }

  private <I, O> void prepare(Lane<I, O> lane, boolean oneByOne)
      throws ExecutionException, InterruptedException {
    List<CompletableFuture<Void>> made = new ArrayList<>();
    for (Seat<I, O> seat : lane.seats()) {
      made.add(seat.prepare());
      if (oneByOne) {
        made.get(made.size() - 1).get();
      }
    }
    for (CompletableFuture<Void> one : made) {
      one.get();
    }
    if (!lane.join()) {
      throw new ProblemException(ProblemType.SHUTTING_DOWN, "Closing " + this);
    }
  }

  /** How many workers there are. */
  public int workers() {
    return workers.size();
  }

  /** How many of them have something to do. */
  public int busyWorkers() {
    lock.lock();
    try {
      return (int) workers.stream().filter(worker -> !worker.free()).count();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes in order: no lane accepts anything more; what was accepted is finished, within {@code
   * grace}; the rest fails as {@link ProblemType#SHUTTING_DOWN}; predictors are closed on their
   * workers' threads; the threads end. The last two wait a few seconds each, then interrupt.
   *
   * @return whether all of that was done
   */
  public boolean close(Duration grace) {
    List<Lane<?, ?>> open;
    lock.lock();
    try {
      closing = true;
      open = List.copyOf(lanes);
      open.forEach(Lane::refuse);
    } finally {
      lock.unlock();
    }
    Deadline drained = Deadline.after(grace, Ticker.system());
    boolean clean = true;
    for (Lane<?, ?> lane : open) {
      clean &= lane.drain(drained.remaining(Ticker.system()));
    }
    clean &=
        await(
            CompletableFuture.allOf(
                open.stream().map(Lane::release).toArray(CompletableFuture[]::new)),
            patience);
    return stopWorkers() && clean;
  }

  private boolean stopWorkers() {
    lock.lock();
    try {
      workers.forEach(Worker::stop);
    } finally {
      lock.unlock();
    }
    if (joinAll()) {
      return true;
    }
    threads.forEach(Thread::interrupt);
    if (joinAll()) {
      return true;
    }
    log.warn("{} left to itself: a thread is stuck in a run", this);
    return false;
  }

  private boolean joinAll() {
    Deadline deadline = Deadline.after(patience, Ticker.system());
    boolean all = true;
    try {
      for (Thread thread : threads) {
        // Zero would wait for ever.
        thread.join(Math.max(1, deadline.remaining(Ticker.system()).toMillis()));
        all &= !thread.isAlive();
      }
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Waits for a future; false if that took too long or the waiting thread was interrupted. */
  static boolean await(CompletableFuture<?> future, Duration patience) {
    try {
      future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void forget(Lane<?, ?> lane) {
    lanes.remove(lane);
  }

  ReentrantLock lock() {
    return lock;
  }

  Ticker ticker() {
    return ticker;
  }

  Duration patience() {
    return patience;
  }

  @Override
  public String toString() {
    return "pool '" + name + "' (workers=" + workers.size() + ", busy=" + busyWorkers() + ")";
  }
}
