package org.resnetserving.catalog;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Loads and unloads models while the service runs. Switched off unless {@code
 * management.endpoint.models.access=unrestricted} and the endpoint is exposed.
 */
@Endpoint(id = "models", defaultAccess = Access.NONE)
final class ModelsEndpoint {
  private final Catalog catalog;
  private final ModelRunner runner;
  private final CatalogProperties properties;

  ModelsEndpoint(Catalog catalog, ModelRunner runner, CatalogProperties properties) {
    this.catalog = catalog;
    this.runner = runner;
    this.properties = properties;
  }

  /** How each model is, by name. */
  @ReadOperation
  Map<String, ModelStatus> models() {
    Map<String, ModelStatus> states = new LinkedHashMap<>();
    catalog.models().forEach(model -> states.put(model.name(), model.status()));
    return states;
  }

  /** Has a described model served. */
  @WriteOperation
  ModelStatus load(@Selector String model) {
    ServedModel loaded;
    try {
      Map<String, ModelDescriptor> described =
          ModelDescriptors.readFolder(properties.modelsDirectory());
      ModelDescriptor descriptor = described.get(model);
      if (descriptor == null) {
        throw refusal(
            "There is no model '%s'; there are %s"
                .formatted(model, String.join(", ", described.keySet())));
      }
      loaded = ServedModel.of(descriptor, properties.serving());
    } catch (DescriptorException e) {
      throw refusal(e.getMessage());
    }
    if (!catalog.add(loaded)) {
      throw refusal("Model '" + model + "' is served already");
    }
    runner.bring(loaded);
    return loaded.status();
  }

  /** Has a model served no longer; the default one stays. */
  @DeleteOperation
  void unload(@Selector String model) {
    ServedModel served =
        catalog.find(model).orElseThrow(() -> refusal("Model '" + model + "' is not served"));
    try {
      runner.unload(served);
    } catch (IllegalArgumentException e) {
      throw refusal(e.getMessage());
    }
  }

  private static InvalidEndpointRequestException refusal(
      @org.jspecify.annotations.Nullable String why) {
    return new InvalidEndpointRequestException(String.valueOf(why), String.valueOf(why));
  }
}
