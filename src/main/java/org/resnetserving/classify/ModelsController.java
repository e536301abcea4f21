package org.resnetserving.classify;

import java.util.List;
import org.resnetserving.catalog.Catalog;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Which models there are, and how they are. */
@RestController
final class ModelsController implements ModelsApi {
  private final Catalog catalog;

  ModelsController(Catalog catalog) {
    this.catalog = catalog;
  }

  @Override
  @GetMapping("/v1/models")
  public Models models() {
    return new Models(
        catalog.models().stream()
            .map(model -> ModelResponse.of(model, model == catalog.defaultModel()))
            .toList());
  }

  @Override
  @GetMapping("/v1/models/{model}")
  public ModelResponse model(@PathVariable String model) {
    var served = catalog.model(model);
    return ModelResponse.of(served, served == catalog.defaultModel());
  }

  /**
   * All models.
   *
   * @param models the default one first
   */
  record Models(List<ModelResponse> models) {}
}
