package org.resnetserving.openinference;

import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.upload.UploadProperties;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the server and its models are and how they are, by the Open Inference Protocol. */
@Hidden // The protocol has its own description.
@RestController
final class MetadataController {
  private final DataPlane plane;
  private final ServerState state;
  private final int maxPictures;

  MetadataController(DataPlane plane, ServerState state, UploadProperties uploads) {
    this.plane = plane;
    this.state = state;
    this.maxPictures = uploads.image().maxCount();
  }

  @GetMapping("/v2")
  Map<String, Object> server() {
    return Map.of(
        "name", ServerState.NAME, "version", state.version(), "extensions", ServerState.EXTENSIONS);
  }

  @GetMapping("/v2/health/live")
  Map<String, Object> live() {
    return Map.of("live", true);
  }

  /** As {@code /readyz}: the default model answers, and the service is not about to stop. */
  @GetMapping("/v2/health/ready")
  Map<String, Object> ready() {
    state.requireReady();
    return Map.of("ready", true);
  }

  @GetMapping("/v2/models")
  Map<String, List<String>> models() {
    return Map.of("models", plane.models().stream().map(ServedModel::name).toList());
  }

  @GetMapping({"/v2/models/{model}/ready", "/v2/models/{model}/versions/{version}/ready"})
  Map<String, Object> ready(
      @PathVariable String model, @PathVariable(required = false) @Nullable String version) {
    ServedModel served = ModelVersion.of(plane, model, version);
    ServerState.requireReady(served);
    return Map.of("name", served.name(), "ready", true);
  }

  @GetMapping({"/v2/models/{model}", "/v2/models/{model}/versions/{version}"})
  ModelMetadata metadata(
      @PathVariable String model, @PathVariable(required = false) @Nullable String version) {
    return ModelMetadata.of(ModelVersion.of(plane, model, version));
  }

  @GetMapping({"/v2/models/{model}/config", "/v2/models/{model}/versions/{version}/config"})
  ModelConfig config(
      @PathVariable String model, @PathVariable(required = false) @Nullable String version) {
    return ModelConfig.of(ModelVersion.of(plane, model, version), maxPictures);
  }

  @GetMapping("/v2/models/stats")
  ModelStatistics.All statistics() {
    return ModelStatistics.of(plane, plane.models());
  }

  @GetMapping({"/v2/models/{model}/stats", "/v2/models/{model}/versions/{version}/stats"})
  ModelStatistics.All statistics(
      @PathVariable String model, @PathVariable(required = false) @Nullable String version) {
    return ModelStatistics.of(plane, List.of(ModelVersion.of(plane, model, version)));
  }
}
