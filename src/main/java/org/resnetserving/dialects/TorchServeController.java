package org.resnetserving.dialects;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.serving.ModelState;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What TorchServe's clients ask beside predictions. */
@RestController
@Hidden // These servers have their own descriptions.
final class TorchServeController {
  private final DataPlane plane;

  TorchServeController(DataPlane plane) {
    this.plane = plane;
  }

  /**
   * Whether requests can be answered.
   *
   * @param status Healthy or Unhealthy
   */
  record Health(String status) {}

  /**
   * A model.
   *
   * @param modelName that requests call it by
   * @param modelUrl where its weights come from; here its name, for no path of ours is told
   */
  record Listed(
      @JsonProperty("modelName") String modelName, @JsonProperty("modelUrl") String modelUrl) {}

  /**
   * All models.
   *
   * @param models the default one first
   */
  record Listing(List<Listed> models) {}

  @GetMapping("/ping")
  ResponseEntity<Health> ping() {
    boolean ready = plane.defaultModel().status().state() == ModelState.READY;
    return ResponseEntity.status(ready ? 200 : 503)
        .body(new Health(ready ? "Healthy" : "Unhealthy"));
  }

  @GetMapping("/models")
  Listing models() {
    return new Listing(
        plane.models().stream().map(model -> new Listed(model.name(), model.name())).toList());
  }
}
