package org.resnetserving.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded first-in-first-out queue that batches are taken from. Only what waits counts towards
 * the capacity; what was taken no longer does. Items are told apart by identity.
 *
 * <p>Not thread-safe: the owner's lock guards it, so that a move from waiting to running is one
 * step for whoever looks.
 *
 * @param <T> what waits
 */
final class BatchQueue<T> {
  private final int capacity;
  private final ArrayDeque<T> waiting = new ArrayDeque<>();

  /**
   * @param capacity how many items may wait
   */
  public BatchQueue(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("queue capacity must be at least 1, is " + capacity);
    }
    this.capacity = capacity;
  }

  /** Appends all items, or none if there is no room for all. */
  public boolean offerAll(Collection<? extends T> items) {
    if (items.size() > capacity - waiting.size()) {
      return false;
    }
    waiting.addAll(items);
    return true;
  }

  /** Takes the oldest items, at most {@code most}, oldest first. */
  public List<T> take(int most) {
    int size = Math.min(most, waiting.size());
    List<T> taken = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      taken.add(waiting.remove());
    }
    return taken;
  }

  /** Takes every item that matches, oldest first; the others keep their order. */
  public List<T> takeIf(Predicate<? super T> condition) {
    List<T> taken = new ArrayList<>(0);
    waiting.removeIf(
        item -> {
          boolean matches = condition.test(item);
          if (matches) {
            taken.add(item);
          }
          return matches;
        });
    return taken;
  }

  /** Takes this very item out, wherever it stands; false if it no longer waits. */
  public boolean remove(T item) {
    for (Iterator<T> i = waiting.iterator(); i.hasNext(); ) {
      if (i.next() == item) {
        i.remove();
        return true;
      }
    }
    return false;
  }

  /** The item that has waited longest, or null if nothing waits. */
  public @Nullable T oldest() {
    return waiting.peek();
  }

  /** How many items wait. */
  public int size() {
    return waiting.size();
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** How many items may wait. */
  public int capacity() {
    return capacity;
  }
}
