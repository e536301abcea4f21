package org.resnetserving.grpc;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Terms;

/** A call's message as it was sent, inflated where it was compressed. */
public final class CallMessage {
  private final byte[] bytes;
  private final Arrival arrival;
  private final long came;
  private final @Nullable Duration asked;
  private final BooleanSupplier left;

  /**
   * @param came when the call came, by the ticker that deadlines are told by
   * @param asked how long its client waits, where that is said
   * @param left whether the client does not wait any more
   */
  CallMessage(
      byte[] bytes, Arrival arrival, long came, @Nullable Duration asked, BooleanSupplier left) {
    this.bytes = bytes;
    this.arrival = arrival;
    this.came = came;
    this.asked = asked;
    this.left = left;
  }

  /** Not copied. */
  public byte[] bytes() {
    return bytes;
  }

  /**
   * Until when the answer is of use, since the call came: as long as the client waits, but no
   * longer than the terms allow.
   */
  public Deadline deadline(Terms terms) {
    return deadline(terms, came, asked);
  }

  static Deadline deadline(Terms terms, long came, @Nullable Duration asked) {
    Duration allowed = terms.deadline();
    if (asked != null) {
      allowed = asked.compareTo(terms.maxDeadline()) < 0 ? asked : terms.maxDeadline();
    }
    return new Deadline(came, came + Math.max(0, allowed.toNanos()));
  }

  /** Whether nobody waits for the answer any more: the client cancelled, or its time is over. */
  public boolean isLeft() {
    return left.getAsBoolean();
  }

  /**
   * Claims memory for what the message is read into, before it is taken.
   *
   * @throws org.resnetserving.problem.ProblemException (OVERLOADED) if there is no room for it
   */
  public void claim(long more) {
    arrival.grow(more);
  }
}
