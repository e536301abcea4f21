package org.resnetserving.page;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the service is. Counts are since the start, where not said otherwise: who wants rates asks
 * twice.
 *
 * @param uptimeSeconds since the start
 * @param boundsMs upper bounds of the buckets that durations are counted in, in milliseconds
 * @param memory of the process
 * @param models the default one first
 */
record Status(double uptimeSeconds, List<Double> boundsMs, Memory memory, List<Model> models) {

  /**
   * Memory in bytes; absent where the system does not tell.
   *
   * @param resident of the process in RAM
   * @param used of its control group, without what can be dropped at once
   * @param limit that the group may use, or the machine's
   */
  record Memory(@Nullable Long resident, @Nullable Long used, @Nullable Long limit) {}

  /**
   * One model.
   *
   * @param name that requests call it by
   * @param state pending, downloading, compiling, warming, ready or failed
   * @param reason why it failed, or how far it is
   * @param precision that it is computed in
   * @param program that was written for it
   * @param why it was chosen
   * @param requests by outcome: {@code ok}, or the end of a problem's type; none that are 0
   * @param durations of requests answered in the last minute: how many took at most each of the
   *     bounds
   * @param answered requests, of any duration
   * @param batches that ran
   * @param pictures that ran in them
   * @param queued pictures that wait for a worker
   * @param running pictures that a worker runs now
   */
  record Model(
      @Schema(example = "resnet50-tiny-imagenet") String name,
      @Schema(example = "ready") String state,
      @Nullable String reason,
      @Nullable String precision,
      @Nullable String program,
      @Nullable String why,
      Map<String, Long> requests,
      List<Long> durations,
      long answered,
      long batches,
      long pictures,
      int queued,
      int running) {}
}
