package org.resnetserving.pool;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker does at its seat in a lane: makes the predictor, runs batches, replaces the
 * predictor when a run fails, closes it. Confined to the worker's thread.
 */
final class SeatedPredictor<I, O> {
  private static final Logger log = LoggerFactory.getLogger(SeatedPredictor.class);

  private final Lane<I, O> lane;
  private final Seat<I, O> seat;
  private final Callable<? extends Predictor<I, O>> predictors;
  private @Nullable Predictor<I, O> predictor;

  SeatedPredictor(
      Lane<I, O> lane, Seat<I, O> seat, Callable<? extends Predictor<I, O>> predictors) {
    this.lane = lane;
    this.seat = seat;
    this.predictors = predictors;
  }

  /** Makes the predictor, unless the lane was closed meanwhile. */
  void open() throws Exception {
    if (!lane.released()) {
      predictor = Objects.requireNonNull(predictors.call(), "no predictor was made");
    }
  }

  /** Closes the predictor if there is one. */
  void close() {
    Predictor<I, O> closing = predictor;
    predictor = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (Throwable t) {
        log.warn("A predictor did not close properly: {}", lane, t);
      }
    }
  }

  /** Makes the predictor again after it could not be made. */
  void repair() {
    long begin = lane.nanos();
    if (tryOpen()) {
      seat.recover();
      log.info("A worker serves again: {}", lane);
    }
    seat.charge(lane.nanos() - begin);
  }

  /**
   * Runs a batch and settles its items. If it fails, the predictor is replaced. An item that was
   * alone has then failed; others are tried once more, each alone, so that none of them fails
   * because of a neighbour.
   */
  void serve(List<Item<I, O>> batch) {
    long begin = lane.nanos();
    try {
      Throwable failure = attempt(batch);
      if (failure != null && batch.size() == 1) {
        fail(batch.get(0), failure);
        replace(failure);
      } else if (failure != null) {
        replace(failure);
        batch.forEach(this::retry);
      }
    } catch (Throwable t) {
      // None of the predictor's doing: memory ran out, say.
      batch.forEach(item -> fail(item, t));
    } finally {
      lane.stop(batch);
      seat.charge(lane.nanos() - begin);
    }
  }

  private void retry(Item<I, O> item) {
    if (item.deadline().expiredAt(lane.nanos())) {
      item.expire();
    }
    if (!item.wanted()) {
      lane.stop(List.of(item));
      return;
    }
    if (predictor == null) {
      // Nor does the next item have one: the replacement failed.
      lane.stop(List.of(item));
      item.fail(lane.locked(() -> lane.state().unable(broken())));
      return;
    }
    Throwable failure = attempt(List.of(item));
    if (failure != null) {
      fail(item, failure);
      replace(failure);
    }
  }

  /** Runs items and completes them, or returns why it could not. */
  private @Nullable Throwable attempt(List<Item<I, O>> items) {
    int size = items.size();
    List<O> outputs;
    long begin = lane.nanos();
    try {
      Predictor<I, O> current = Objects.requireNonNull(predictor, "no predictor");
      outputs = current.run(items.stream().map(Item::input).toList());
      if (outputs.size() != size) {
        throw new IllegalStateException(
            "a batch of " + size + " items had " + outputs.size() + " outputs");
      }
    } catch (Throwable t) {
      return t;
    }
    long end = lane.nanos();
    long[] queueNanos = items.stream().mapToLong(Item::queueNanos).toArray();
    lane.stop(items);
    lane.tell((listener, name) -> listener.onBatch(name, size, queueNanos, end - begin));
    for (int i = 0; i < size; i++) {
      items.get(i).complete(outputs.get(i), end, size);
    }
    return null;
  }

  /** Why there is no predictor; under the lock. */
  private Throwable broken() {
    Throwable cause = seat.brokenBy();
    return cause != null ? cause : new IllegalStateException("The lane was closed");
  }

  private void fail(Item<I, O> item, Throwable cause) {
    lane.stop(List.of(item));
    item.fail(lane.locked(lane::state).failed(cause));
  }

  private void replace(Throwable cause) {
    log.warn("A run failed, its predictor is replaced: {}", lane, cause);
    close();
    tryOpen();
  }

  private boolean tryOpen() {
    try {
      open();
    } catch (Throwable t) {
      // The first time with the reason; then it is tried again and again.
      if (seat.breakDown(t)) {
        log.error("No predictor could be made, a worker is broken: {}", lane, t);
      } else {
        log.debug("Still no predictor: {}", lane, t);
      }
      lane.tell((listener, name) -> listener.onBroken(name, t));
      lane.failIfBroken();
      return false;
    }
    if (predictor != null) {
      lane.tell(LaneListener::onReplaced);
    }
    return true;
  }
}
