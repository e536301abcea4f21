package org.resnetserving.admission;

import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** A share of {@link Permits}, released exactly once however often it is closed. Thread-safe. */
public final class Permit implements AutoCloseable {
  private final Permits permits;
  private long held;
  private boolean closed;

  Permit(Permits permits) {
    this.permits = permits;
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
  }
}
