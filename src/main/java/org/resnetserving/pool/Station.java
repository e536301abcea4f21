package org.resnetserving.pool;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker does at its seat in a lane: makes the function, runs batches, replaces the function
 * when a run fails, closes it. Confined to the worker's thread.
 */
final class Station<I, O> {
  private static final Logger log = LoggerFactory.getLogger(Station.class);

  private final Lane<I, O> lane;
  private final Seat<I, O> seat;
  private final Callable<? extends BatchFunction<I, O>> functions;
  private @Nullable BatchFunction<I, O> function;

  Station(Lane<I, O> lane, Seat<I, O> seat, Callable<? extends BatchFunction<I, O>> functions) {
    this.lane = lane;
    this.seat = seat;
    this.functions = functions;
  }

  /** Makes the function, unless the lane was closed meanwhile. */
  void open() throws Exception {
    if (!lane.released()) {
      function = Objects.requireNonNull(functions.call(), "no function was made");
    }
  }

  /** Closes the function if there is one. */
  void close() {
    BatchFunction<I, O> closing = function;
    function = null;
    if (closing != null) {
      try {
        closing.close();
      } catch (Throwable t) {
        log.warn("A function did not close properly: {}", lane, t);
      }
    }
  }

  /** Makes the function again after it could not be made. */
  void repair() {
    long begin = lane.nanos();
    if (tryOpen()) {
      seat.recover();
      log.info("A worker serves again: {}", lane);
    }
    seat.charge(lane.nanos() - begin);
  }

  /**
   * Runs a batch and settles its items. If it fails, the function is replaced. An item that was
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
      // None of the function's doing: memory ran out, say.
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
    if (function == null) {
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
      BatchFunction<I, O> current = Objects.requireNonNull(function, "no function");
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

  /** Why there is no function; under the lock. */
  private Throwable broken() {
    Throwable cause = seat.brokenBy();
    return cause != null ? cause : new IllegalStateException("The lane was closed");
  }

  private void fail(Item<I, O> item, Throwable cause) {
    lane.stop(List.of(item));
    item.fail(lane.locked(lane::state).failed(cause));
  }

  private void replace(Throwable cause) {
    log.warn("A run failed, its function is replaced: {}", lane, cause);
    close();
    tryOpen();
  }

  private boolean tryOpen() {
    try {
      open();
    } catch (Throwable t) {
      log.error("No function could be made, a worker is broken: {}", lane, t);
      seat.breakDown(t);
      lane.tell((listener, name) -> listener.onBroken(name, t));
      lane.failIfBroken();
      return false;
    }
    if (function != null) {
      lane.tell(LaneListener::onReplaced);
    }
    return true;
  }
}
