package org.resnetserving.openinference;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.RequestTotals;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.Stage;

/**
 * What was asked of a model since the start, as Triton's <i>Statistics Extension</i> tells it; by
 * whatever face it was asked.
 *
 * @param inferenceCount pictures that were answered
 * @param executionCount runs of the network
 */
record ModelStatistics(
    String name,
    String version,
    long inferenceCount,
    long executionCount,
    Map<String, Spent> inferenceStats) {

  /**
   * All that were asked for.
   *
   * @param modelStats one for each model
   */
  record All(List<ModelStatistics> modelStats) {}

  /**
   * How many requests, and their time together.
   *
   * @param ns nanoseconds
   */
  record Spent(long count, long ns) {}

  static All of(DataPlane plane, List<ServedModel> models) {
    return new All(models.stream().map(model -> of(model.name(), plane.totals(model))).toList());
  }

  private static ModelStatistics of(String name, RequestTotals totals) {
    return new ModelStatistics(
        name,
        Inferences.VERSION,
        totals.pictures(),
        totals.runs(),
        Map.of(
            "success",
            new Spent(totals.answered(), totals.time().toNanos()),
            // How long refusals took is not measured.
            "fail",
            new Spent(totals.failed(), 0),
            "queue",
            stage(totals, Stage.QUEUE),
            "compute_input",
            stage(totals, Stage.DECODE),
            "compute_infer",
            stage(totals, Stage.INFERENCE),
            "compute_output",
            new Spent(totals.answered(), 0)));
  }

  private static Spent stage(RequestTotals totals, Stage stage) {
    Duration time = totals.stages().getOrDefault(stage, Duration.ZERO);
    return new Spent(totals.answered(), time.toNanos());
  }
}
