package org.resnetserving.openinference;

import java.util.List;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.ModelStatus;
import org.resnetserving.serving.ServedModel;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Component;

/** What the server is and whether it answers, for REST and gRPC alike. */
@Component
final class ServerState {
  static final String NAME = "resnet-serving";

  /** Triton's names. */
  static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "classification",
          "model_configuration",
          "parameters",
          "statistics");

  private final DataPlane plane;
  private final ApplicationAvailability availability;
  private final String version;

  ServerState(
      DataPlane plane,
      ApplicationAvailability availability,
      ObjectProvider<BuildProperties> build) {
    this.plane = plane;
    this.availability = availability;
    BuildProperties properties = build.getIfAvailable();
    this.version = properties == null ? "" : String.valueOf(properties.getVersion());
  }

  /** The service's version; empty where it was not built into it. */
  String version() {
    return version;
  }

  /**
   * Nothing if, as {@code /readyz} says, the default model answers and the service is not about to
   * stop.
   *
   * @throws ProblemException (SHUTTING_DOWN, MODEL_NOT_READY)
   */
  void requireReady() {
    if (availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
      throw new ProblemException(
          ProblemType.SHUTTING_DOWN, "The service is stopping, or not started yet.");
    }
    requireReady(plane.defaultModel());
  }

  /**
   * Nothing if the model answers.
   *
   * @throws ProblemException (MODEL_NOT_READY) with the reason
   */
  static void requireReady(ServedModel model) {
    ModelStatus status = model.status();
    if (status.state() != ModelState.READY) {
      throw new ProblemException(
          ProblemType.MODEL_NOT_READY,
          "Model '%s' is %s%s."
              .formatted(
                  model.name(),
                  status.state().label(),
                  status.reason() == null ? "" : ": " + status.reason()));
    }
  }
}
