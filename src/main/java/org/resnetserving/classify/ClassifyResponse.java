package org.resnetserving.classify;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.Prediction;
import org.resnetserving.models.Label;
import org.resnetserving.network.Activation;

/**
 * The answer to a picture.
 *
 * @param model name of the model that answered
 * @param predictions the most probable first
 * @param details present only when asked for
 */
record ClassifyResponse(
    @Schema(example = "resnet50-tiny-imagenet") String model,
    List<RankedLabel> predictions,
    @Nullable Details details)
    implements ClassifyAnswer {

  /**
   * One class.
   *
   * @param label its name
   * @param index its position in the network's output
   * @param wnid its WordNet 3.0 id, where the model's labels have one
   * @param probability by the model's activation: softmax over all classes, or each for itself
   * @param value the network's output as it is, where the model has no activation
   */
  record RankedLabel(
      @Schema(example = "espresso") String label,
      @Schema(example = "193") int index,
      @Schema(example = "n07920052") @Nullable String wnid,
      @Schema(example = "0.9757", minimum = "0", maximum = "1") @Nullable Double probability,
      @Nullable Double value) {

    static RankedLabel of(Prediction prediction, Activation activation) {
      boolean probability = activation != Activation.NONE;
      Label label = prediction.label();
      return new RankedLabel(
          label.name(),
          label.index(),
          label.wnid(),
          probability ? prediction.value() : null,
          probability ? null : prediction.value());
    }
  }

  /**
   * How the answer came about.
   *
   * @param weightsSha256 digest of the weights' file
   * @param precision the network was computed in
   * @param batchSize pictures that ran together with this one, itself included
   * @param stagesMs milliseconds spent in each stage
   * @param totalMs milliseconds from the request's arrival to this answer
   * @param warning what is not as it should be with the picture's file, such as a missing end
   */
  record Details(
      @Schema(example = "b5d39c…") String weightsSha256,
      @Schema(example = "fp32") String precision,
      int batchSize,
      Map<String, Double> stagesMs,
      double totalMs,
      @Nullable String warning) {}
}
