package org.resnetserving.admission;

import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.problem.RetryAfter;

/**
 * A bound on the work under way, in whatever unit the weights have. Nobody waits for a permit: what
 * does not fit is refused at once.
 *
 * <p>A weight above the capacity counts as the capacity, so a request that is heavier than all that
 * is allowed runs when it has everything to itself, and is not refused forever.
 *
 * <p>Permits may be part of others: what is taken of them is taken of those as well, and counts
 * there in full, so that several bounds together keep to one.
 */
public final class Permits {
  private final String name;
  private final long capacity;
  private final @Nullable Permits whole;
  private long inUse;

  /**
   * @param name what the permits are for, as refusals call it
   * @param capacity the sum of weights that may be held at any time
   */
  public Permits(String name, long capacity) {
    this(name, capacity, null);
  }

  private Permits(String name, long capacity, @Nullable Permits whole) {
    if (capacity < 1) {
      throw new IllegalArgumentException(name + ": capacity must be at least 1, is " + capacity);
    }
    this.name = name;
    this.capacity = capacity;
    this.whole = whole;
  }

  /**
   * Permits that are part of these.
   *
   * @param part of what these allow, at most
   */
  public Permits part(String partName, long part) {
    return new Permits(partName, Math.min(part, capacity), this);
  }

  /**
   * Takes a permit of {@code weight}, to be closed by the taker.
   *
   * @throws ProblemException {@link ProblemType#OVERLOADED} if it does not fit now
   */
  public Permit acquire(long weight) {
    Permit permit = newPermit();
    permit.resize(weight);
    return permit;
  }

  /** One that holds nothing yet, here and in the whole. */
  private Permit newPermit() {
    return new Permit(this, whole == null ? null : whole.newPermit());
  }

  /**
   * Refuses what {@link #acquire} would, and takes nothing.
   *
   * @throws ProblemException {@link ProblemType#OVERLOADED} if {@code weight} does not fit now
   */
  public void requireRoom(long weight) {
    if (counted(weight) > capacity - inUse()) {
      throw refusal(weight);
    }
    if (whole != null) {
      whole.requireRoom(weight);
    }
  }

  /** The sum of the weights held now. */
  public synchronized long inUse() {
    return inUse;
  }

  /** The sum of the weights that may be held. */
  public long capacity() {
    return capacity;
  }

  /** What the permits are for. */
  public String name() {
    return name;
  }

  /** The weight that counts for a wanted one. */
  long counted(long weight) {
    if (weight < 1) {
      throw new IllegalArgumentException(name + ": weight must be at least 1, is " + weight);
    }
    return Math.min(weight, capacity);
  }

  /** Exchanges one counted weight for another if the result fits. */
  synchronized boolean exchange(long held, long wanted) {
    // Shrinking always fits; the difference cannot overflow since both are within the capacity.
    if (wanted > held && wanted - held > capacity - inUse) {
      return false;
    }
    inUse += wanted - held;
    return true;
  }

  /** The refusal of so much: that there is no room for it now. */
  public ProblemException refusal(long wanted) {
    long used = inUse();
    if (whole != null && counted(wanted) <= capacity - used) {
      return whole.refusal(wanted);
    }
    return new ProblemException(
            ProblemType.OVERLOADED,
            String.format(
                "No room for %s: wanted=%d, in use=%d, capacity=%d", name, wanted, used, capacity))
        .with("resource", name)
        .with("wanted", wanted)
        .with("in_use", used)
        .with("capacity", capacity)
        .retryAfter(RetryAfter.SHORTEST);
  }
}
