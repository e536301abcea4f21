package org.resnetserving.serving;

import java.util.concurrent.CompletableFuture;

/**
 * Counts the requests that a model is held for, so that it is freed after the last. Thread-safe.
 */
final class Visits {
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private long begun;
  private int inside;
  private boolean closed;

  /** Begins a request; false if none may begin any more. */
  synchronized boolean begin() {
    if (closed) {
      return false;
    }
    begun++;
    inside++;
    return true;
  }

  /** How many requests were begun so far. */
  synchronized long begun() {
    return begun;
  }

  /** How many of them have not ended. */
  synchronized int inside() {
    return inside;
  }

  /** Ends a request that was begun. */
  synchronized void end() {
    inside--;
    settle();
  }

  /** None begins any more; done when the last has ended. */
  synchronized CompletableFuture<Void> close() {
    closed = true;
    settle();
    return over;
  }

  private void settle() {
    if (closed && inside == 0) {
      over.complete(null);
    }
  }
}
