package org.resnetserving.pool;

import java.time.Duration;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * Is told what happens in lanes, by their names. Calls come from any thread, before the outcome
 * reaches who waits for it, so they should be short; what they throw is logged and ignored.
 */
public interface LaneListener {
  /** Ignores everything. */
  LaneListener NONE = new LaneListener() {};

  /** A batch ran: how long each of its items had waited, and how long the run took. */
  default void onBatch(String lane, int size, long[] queueNanos, long runNanos) {}

  /** A submission was refused. */
  default void onRejected(String lane, ProblemType reason) {}

  /** An accepted item's deadline passed, {@code spent} after its submission. */
  default void onExpired(String lane, Duration spent) {}

  /** An accepted item's caller left. */
  default void onAbandoned(String lane) {}

  /** An accepted item failed for a reason of the lane's: its runs failed, or it closed. */
  default void onFailed(String lane, ProblemException problem) {}

  /** A worker closed its broken predictor and made a fresh one. */
  default void onReplaced(String lane) {}

  /** A worker could not make a predictor and serves the lane no more until a later try succeeds. */
  default void onBroken(String lane, Throwable cause) {}
}
