package org.resnetserving.dataplane;

import java.time.Duration;
import java.util.Map;
import org.resnetserving.serving.Stage;

/**
 * What was asked of a model since the start, by all faces.
 *
 * @param answered requests that were answered
 * @param failed requests that were refused or failed
 * @param time that answered requests took, together
 * @param stages what that time was spent in
 * @param pictures that were answered
 * @param runs of the network; several pictures may share one
 */
public record RequestTotals(
    long answered,
    long failed,
    Duration time,
    Map<Stage, Duration> stages,
    long pictures,
    long runs) {
  public RequestTotals {
    stages = Map.copyOf(stages);
  }
}
