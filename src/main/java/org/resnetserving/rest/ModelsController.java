package org.resnetserving.rest;

import java.util.List;
import org.resnetserving.dataplane.DataPlane;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Which models there are, and how they are. */
@RestController
final class ModelsController implements ModelsApi {
  private final DataPlane plane;

  ModelsController(DataPlane plane) {
    this.plane = plane;
  }

  @Override
  @GetMapping("/v1/models")
  public Models models() {
    return new Models(
        plane.models().stream()
            .map(model -> ModelResponse.of(model, model == plane.defaultModel()))
            .toList());
  }

  @Override
  @GetMapping("/v1/models/{model}")
  public ModelResponse model(@PathVariable String model) {
    var served = plane.model(model);
    return ModelResponse.of(served, served == plane.defaultModel());
  }

  /**
   * All models.
   *
   * @param models the default one first
   */
  record Models(List<ModelResponse> models) {}
}
