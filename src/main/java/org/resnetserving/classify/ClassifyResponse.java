package org.resnetserving.classify;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.AnswerDetails;
import org.resnetserving.dataplane.Classification;
import org.resnetserving.dataplane.Prediction;
import org.resnetserving.dataplane.RollUp;
import org.resnetserving.models.Label;
import org.resnetserving.network.Activation;

/**
 * The answer to a picture.
 *
 * @param model name of the model that answered
 * @param predictions the most probable first
 * @param unsure whether the first label is less probable than the threshold of the model or of the
 *     request; present only where there is one
 * @param rollup the answer as fine as it is certain; present only when asked for
 * @param embedding the pooled features, one number per channel; present only when asked for
 * @param details present only when asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
record ClassifyResponse(
    @Schema(example = "resnet50-tiny-imagenet") String model,
    List<RankedLabel> predictions,
    @Nullable Boolean unsure,
    @Nullable RollUp rollup,
    float @Nullable [] embedding,
    @Nullable AnswerDetails details)
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

    static List<RankedLabel> of(Classification said, Activation activation) {
      return said.predictions().stream().map(prediction -> of(prediction, activation)).toList();
    }

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
}
