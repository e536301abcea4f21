package org.resnetserving.dataplane;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.Label;
import org.resnetserving.network.Activation;

/**
 * What a model thinks of one class.
 *
 * @param label its name
 * @param index its position in the network's output
 * @param wnid its WordNet 3.0 id, where the model's labels have one
 * @param probability by the model's activation: softmax over all classes, or each for itself
 * @param value the network's output as it is, where the model has no activation
 */
public record RankedLabel(
    @Schema(example = "espresso") String label,
    @Schema(example = "193") int index,
    @Schema(example = "n07920052") @Nullable String wnid,
    @Schema(example = "0.9757", minimum = "0", maximum = "1") @Nullable Double probability,
    @Nullable Double value) {

  static RankedLabel of(Label label, double number, Activation activation) {
    boolean probability = activation != Activation.NONE;
    return new RankedLabel(
        label.name(),
        label.index(),
        label.wnid(),
        probability ? number : null,
        probability ? null : number);
  }

  /** The probability, or else the value. */
  public double number() {
    return Objects.requireNonNull(probability != null ? probability : value);
  }
}
