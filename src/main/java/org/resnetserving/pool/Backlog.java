package org.resnetserving.pool;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.resnetserving.admission.Ticker;

/**
 * What a lane has accepted and not yet let go: each item either waits or runs. The pool's lock
 * guards it all.
 */
final class Backlog<I, O> {
  private final BatchPolicy policy;
  private final BatchQueue<Item<I, O>> waiting;
  private final Set<Item<I, O>> running = new LinkedHashSet<>();
  private final ServiceRate rate;
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private boolean closing;

  Backlog(LaneSettings settings, Ticker ticker) {
    this.policy = settings.policy();
    this.waiting = new BatchQueue<>(settings.capacity());
    this.rate = new ServiceRate(ticker);
  }

  /** Appends all items, or none if there is no room for all. */
  boolean offer(List<Item<I, O>> items) {
    if (!waiting.offerAll(items)) {
      return false;
    }
    rate.resume();
    return true;
  }

  /** How long until a batch may be taken, {@code Long.MAX_VALUE} if nothing waits. */
  long readyInNanos(long now) {
    Item<I, O> oldest = waiting.oldest();
    if (oldest == null) {
      return Long.MAX_VALUE;
    }
    return closing ? 0 : policy.holdBackNanos(waiting.size(), now - oldest.submittedNanos());
  }

  /** When the item that has waited longest was submitted; something waits. */
  long oldestNanos() {
    return Objects.requireNonNull(waiting.oldest()).submittedNanos();
  }

  /** Moves one worker's share from waiting to running. */
  List<Item<I, O>> start(int freeWorkers, long now) {
    List<Item<I, O>> batch = waiting.take(policy.share(waiting.size(), freeWorkers));
    for (Item<I, O> item : batch) {
      item.start(now);
      running.add(item);
    }
    return batch;
  }

  /** Lets go of items that run, whatever came of them; ignores those let go already. */
  void stop(List<Item<I, O>> items) {
    int before = running.size();
    items.forEach(running::remove);
    rate.served(before - running.size());
    left();
  }

  /** Lets go of an item if it waits. */
  void withdraw(Item<I, O> item) {
    if (waiting.remove(item)) {
      left();
    }
  }

  /** Lets go of what waits past its deadline. */
  List<Item<I, O>> takeExpired(long now) {
    List<Item<I, O>> expired = waiting.takeIf(item -> item.deadline().expiredAt(now));
    left();
    return expired;
  }

  /** Lets go of all that waits. */
  List<Item<I, O>> takeWaiting() {
    List<Item<I, O>> all = waiting.take(waiting.size());
    left();
    return all;
  }

  /** What runs, oldest first. */
  List<Item<I, O>> running() {
    return List.copyOf(running);
  }

  /** Nothing more will be offered. */
  void close() {
    closing = true;
    left();
  }

  /** Done when, after closing, all is let go; not guarded. */
  CompletableFuture<Void> drained() {
    return drained;
  }

  boolean closing() {
    return closing;
  }

  int queued() {
    return waiting.size();
  }

  int runningCount() {
    return running.size();
  }

  ServiceRate rate() {
    return rate;
  }

  private void left() {
    if (waiting.isEmpty() && running.isEmpty()) {
      rate.pause();
      if (closing) {
        // Completed under the lock, which is harmless: nothing depends on it, threads only wait.
        drained.complete(null);
      }
    }
  }
}
