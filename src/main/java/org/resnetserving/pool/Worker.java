package org.resnetserving.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Ticker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread with a seat in each lane it serves: carries out orders first, then serves whichever lane
 * that has something to do has had the least of its time. The pool's lock guards its state.
 */
final class Worker implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  /** Something to do on this thread besides serving. */
  interface Errand {
    void run() throws Exception;
  }

  private final ReentrantLock lock;
  private final Ticker ticker;
  private final Condition wake;
  private final Queue<Runnable> orders = new ArrayDeque<>();
  private final List<Seat<?, ?>> seats = new ArrayList<>();
  private boolean free = true;
  private boolean asleep;
  private boolean stopping;
  private boolean stopped;
  private long leastUsedNanos;

  Worker(ReentrantLock lock, Ticker ticker) {
    this.lock = lock;
    this.ticker = ticker;
    this.wake = lock.newCondition();
  }

  @Override
  public void run() {
    boolean stopped = false;
    while (!stopped) {
      try {
        Runnable task = next();
        if (task != null) {
          task.run();
        }
        stopped = task == null;
      } catch (Throwable t) {
        note(t);
      }
      // An interrupt was meant for the task that has just ended.
      Thread.interrupted();
    }
  }

  /** Says that the thread goes on, unless memory does not even allow that. */
  private static void note(Throwable failure) {
    try {
      log.error("A worker goes on after a failure", failure);
    } catch (Throwable t) {
      failure.addSuppressed(t);
    }
  }

  /** Runs an errand on this thread, before anything else but earlier errands. */
  CompletableFuture<Void> order(Errand errand) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    lock.lock();
    try {
      if (stopped) {
        done.completeExceptionally(new IllegalStateException("The worker has stopped"));
      } else {
        orders.add(() -> carryOut(errand, done));
        wake();
      }
    } finally {
      lock.unlock();
    }
    return done;
  }

  private static void carryOut(Errand errand, CompletableFuture<Void> done) {
    try {
      errand.run();
      done.complete(null);
    } catch (Throwable t) {
      done.completeExceptionally(t);
    }
  }

  /** Ends the thread after what it does now and the orders it has. */
  void stop() {
    stopping = true;
    wake();
  }

  void join(Seat<?, ?> seat) {
    seats.add(seat);
  }

  void leave(Seat<?, ?> seat) {
    seats.remove(seat);
  }

  int seats() {
    return seats.size();
  }

  /** The time that the least served of the lanes in need had had when it was last looked for. */
  long leastUsedNanos() {
    return leastUsedNanos;
  }

  /** Whether it does nothing, or is just about to look for something to do. */
  boolean free() {
    return free;
  }

  /** Has it look for something to do; false if it is awake anyway. */
  boolean wake() {
    if (!asleep) {
      return false;
    }
    asleep = false;
    wake.signal();
    return true;
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      free = true;
      while (true) {
        Runnable order = orders.poll();
        if (order != null) {
          free = false;
          wakeOthers();
          return order;
        }
        if (stopping) {
          stopped = true;
          return null;
        }
        long now = ticker.nanos();
        Seat<?, ?> seat = neediest(now);
        if (seat != null) {
          leastUsedNanos = Math.max(leastUsedNanos, seat.usedNanos());
          Runnable task = seat.take(now);
          free = false;
          wakeOthers();
          return task;
        }
        sleep(now);
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Seat<?, ?> neediest(long now) {
    Seat<?, ?> neediest = null;
    for (Seat<?, ?> seat : seats) {
      if (seat.readyInNanos(now) <= 0 && (neediest == null || seat.before(neediest))) {
        neediest = seat;
      }
    }
    return neediest;
  }

  /**
   * What this worker leaves is for others: it may have been woken for something else than it took,
   * or have been the one that would have waked in time for a batch that is held back.
   */
  private void wakeOthers() {
    for (Seat<?, ?> seat : seats) {
      seat.wakeLane();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // The loop is the caller's: a false alarm just looks again.
  private void sleep(long now) {
    long nanos = Long.MAX_VALUE;
    for (Seat<?, ?> seat : seats) {
      nanos = Math.min(nanos, seat.readyInNanos(now));
    }
    asleep = true;
    try {
      if (nanos == Long.MAX_VALUE) {
        wake.await();
      } else {
        wake.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      // A predictor's leftover; who wants this thread to end says stop.
      log.debug("Interrupted while asleep", e);
    }
    asleep = false;
  }
}
