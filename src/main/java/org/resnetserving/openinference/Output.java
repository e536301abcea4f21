package org.resnetserving.openinference;

import org.jspecify.annotations.Nullable;
import org.resnetserving.serving.ServedModel;

/** What may be asked for, by the names of the outputs. */
enum Output {
  /** The network's numbers as they are, one for each class: what other servers' ResNets answer. */
  LOGITS("logits"),
  /** What the model's activation makes of them. */
  PROBABILITIES("probabilities"),
  /** The pooled features, one number for each channel. */
  EMBEDDING("embedding");

  private final String label;

  Output(String label) {
    this.label = label;
  }

  /** The output's name. */
  String label() {
    return label;
  }

  /** The one that the model's metadata name, and that is answered where none is asked for. */
  static Output of(ServedModel model) {
    return model.labels().size() == 0 ? EMBEDDING : LOGITS;
  }

  /** The one of that name; null if there is none. */
  static @Nullable Output named(String name) {
    for (Output output : values()) {
      if (output.label.equals(name)) {
        return output;
      }
    }
    return null;
  }
}
