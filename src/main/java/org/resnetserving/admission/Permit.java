package org.resnetserving.admission;

import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** A share of {@link Permits}, released exactly once however often it is closed. Thread-safe. */
public final class Permit implements AutoCloseable {
  /* Concurrency: a permit's lock is held while that of its part in the whole is taken, never the
   * reverse. */
  private final Permits permits;
  private final @Nullable Permit inWhole;
  private long held;
  private boolean closed;

  /**
   * @param inWhole of the permits that those are part of, with this one's weight
   */
  Permit(Permits permits, @Nullable Permit inWhole) {
    this.permits = permits;
    this.inWhole = inWhole;
  }

  /** The weight that counts: the one asked for, or the capacity if that is less; 0 once closed. */
  public synchronized long weight() {
    return held;
  }

  /**
   * Changes the weight if the new one fits, as when a header tells the true size. Shrinking always
   * fits. A refused permit keeps the weight it has; a closed one cannot be changed.
   */
  public synchronized boolean tryResize(long weight) {
    long wanted = permits.counted(weight);
    if (closed || !permits.exchange(held, wanted)) {
      return false;
    }
    if (inWhole != null && !inWhole.tryResize(weight)) {
      permits.exchange(wanted, held);
      return false;
    }
    held = wanted;
    return true;
  }

  /**
   * Changes the weight as {@link #tryResize} does, or refuses.
   *
   * @throws ProblemException {@link ProblemType#OVERLOADED} if the new weight does not fit now
   */
  public void resize(long weight) {
    if (!tryResize(weight)) {
      throw permits.refusal(weight);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    permits.exchange(held, 0);
    held = 0;
    if (inWhole != null) {
      inWhole.close();
    }
  }
}
