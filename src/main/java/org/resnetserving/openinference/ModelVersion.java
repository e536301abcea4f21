package org.resnetserving.openinference;

import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.ServedModel;

/** A model by its name and, where the client says one, its version. */
final class ModelVersion {
  private ModelVersion() {}

  /**
   * The model.
   *
   * @param version null or empty takes the only one
   * @throws ProblemException (MODEL_UNKNOWN) naming the models, or the version, that there is
   */
  static ServedModel of(DataPlane plane, String model, @Nullable String version) {
    ServedModel served = plane.model(model);
    if (version != null && !version.isEmpty() && !version.equals(Inferences.VERSION)) {
      throw new ProblemException(
          ProblemType.MODEL_UNKNOWN,
          "Model '%s' has no version '%s'; there is one, '%s'."
              .formatted(served.name(), Tensor.quoted(version), Inferences.VERSION));
    }
    return served;
  }
}
