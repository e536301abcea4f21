package org.resnetserving.pool;

import java.time.Duration;
import org.resnetserving.admission.Deadline;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * A lane at one moment, and what it then says to whom it cannot serve: the message is the
 * diagnosis.
 *
 * @param retry after how long there may be room
 * @param repair after how long the next broken worker tries to make a predictor again
 */
record LaneState(
    String name,
    int queued,
    int capacity,
    int running,
    int workers,
    int broken,
    Duration retry,
    Duration repair) {

  ProblemException overloaded(int wanted) {
    return new ProblemException(
            ProblemType.OVERLOADED, String.format("No room for %d more: %s", wanted, this))
        .retryAfter(retry)
        .with("queued", queued)
        .with("capacity", capacity)
        .with("running", running);
  }

  /**
   * @param deadline the one that passed
   * @param now when that was noticed
   * @param queuedNanos how much of the time went by in the queue
   * @param runNanos how much of it went by in a run
   */
  ProblemException exceeded(Deadline deadline, long now, long queuedNanos, long runNanos) {
    long allowedMillis = deadline.allowed().toMillis();
    long beforeMillis = millis(now - deadline.startNanos() - queuedNanos - runNanos);
    return new ProblemException(
            ProblemType.DEADLINE_EXCEEDED,
            String.format(
                "Deadline of %d ms passed: %d ms before the queue, %d ms queued, %d ms running; %s",
                allowedMillis, beforeMillis, millis(queuedNanos), millis(runNanos), this))
        .with("allowed_ms", allowedMillis)
        .with("before_queue_ms", beforeMillis)
        .with("queued_ms", millis(queuedNanos))
        .with("running_ms", millis(runNanos));
  }

  ProblemException shuttingDown() {
    return new ProblemException(ProblemType.SHUTTING_DOWN, "Closing " + this);
  }

  ProblemException unable(Throwable cause) {
    return new ProblemException(
            ProblemType.MODEL_NOT_READY, "No worker has a predictor that works: " + this, cause)
        .retryAfter(repair);
  }

  ProblemException failed(Throwable cause) {
    return new ProblemException(
        ProblemType.INFERENCE_FAILED,
        "The run failed, and no other item was in it: " + this,
        cause);
  }

  @Override
  public String toString() {
    return String.format(
        "lane '%s' (queued=%d/%d, running=%d, workers=%d, broken=%d)",
        name, queued, capacity, running, workers, broken);
  }

  private static long millis(long nanos) {
    return Duration.ofNanos(nanos).toMillis();
  }
}
