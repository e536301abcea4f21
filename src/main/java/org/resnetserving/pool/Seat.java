package org.resnetserving.pool;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One lane's place at one worker: the time it has had there, and whether it can have more. The
 * pool's lock guards it; the predictor itself is the {@link SeatedPredictor}'s, on the worker's
 * thread.
 */
final class Seat<I, O> {
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);

  private final Lane<I, O> lane;
  private final Worker worker;
  private final SeatedPredictor<I, O> predictor;

  private long usedNanos;
  private @Nullable Throwable brokenBy;
  private int failures;
  private long retryNanos;

  Seat(Lane<I, O> lane, Worker worker, Callable<? extends Predictor<I, O>> predictors) {
    this.lane = lane;
    this.worker = worker;
    this.predictor = new SeatedPredictor<>(lane, this, predictors);
  }

  /** Has the worker make its first predictor. */
  CompletableFuture<Void> prepare() {
    return worker.order(predictor::open);
  }

  /** Starts to be scheduled; under the pool's lock. */
  void join() {
    worker.join(this);
    rejoin();
  }

  /** Is scheduled no more; the worker closes the predictor as soon as it runs nothing. */
  CompletableFuture<Void> leave() {
    worker.leave(this);
    return worker.order(predictor::close);
  }

  /**
   * After having had nothing to do, claims nothing of the time that other lanes had meanwhile: it
   * starts where the least served of them was.
   */
  void rejoin() {
    usedNanos = Math.max(usedNanos, worker.leastUsedNanos());
  }

  /** Pays for a turn. */
  void charge(long nanos) {
    lane.locked(() -> usedNanos += nanos);
  }

  long usedNanos() {
    return usedNanos;
  }

  /** Has the lane's other workers take what this one leaves. */
  void wakeLane() {
    lane.wakeWorkers();
  }

  /** Whether it goes before another that is ready too: less served, or longer waiting. */
  boolean before(Seat<?, ?> other) {
    return usedNanos != other.usedNanos
        ? usedNanos < other.usedNanos
        : dueNanos() - other.dueNanos() < 0;
  }

  private long dueNanos() {
    return brokenBy == null ? lane.backlog().oldestNanos() : retryNanos;
  }

  /** How long until there is something to do here, zero or less for now. */
  long readyInNanos(long now) {
    return brokenBy == null ? lane.backlog().readyInNanos(now) : retryNanos - now;
  }

  /** Takes what is to be done now, to be done outside the lock. */
  Runnable take(long now) {
    if (brokenBy != null) {
      return predictor::repair;
    }
    List<Item<I, O>> expired = lane.backlog().takeExpired(now);
    List<Item<I, O>> batch = lane.backlog().start(lane.freeWorkers(), now);
    return () -> {
      expired.forEach(Item::expire);
      if (!batch.isEmpty()) {
        predictor.serve(batch);
      }
    };
  }

  /** Has the worker look, if it sleeps and could do anything here; false if not. */
  boolean wake() {
    return brokenBy == null && worker.wake();
  }

  /** Whether it could run a batch now. */
  boolean free() {
    return brokenBy == null && worker.free();
  }

  boolean broken() {
    return brokenBy != null;
  }

  @Nullable Throwable brokenBy() {
    return brokenBy;
  }

  /** No predictor could be made: it will be tried again, later and later. True the first time. */
  boolean breakDown(Throwable cause) {
    long pause = FIRST_RETRY.toNanos() << Math.min(failures, 20);
    long retry = lane.nanos() + Math.min(pause, LAST_RETRY.toNanos());
    return lane.locked(
        () -> {
          brokenBy = cause;
          failures++;
          retryNanos = retry;
          return failures == 1;
        });
  }

  void recover() {
    lane.locked(
        () -> {
          brokenBy = null;
          failures = 0;
        });
  }
}
