package org.resnetserving.catalog;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.serving.ModelStatus;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.ServingProperties;
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
  private final Supplier<Map<String, ModelDescriptor>> descriptors;
  private final ServingProperties defaults;

  /**
   * @param descriptors reads what may be loaded, by name
   * @param defaults of serving
   */
  ModelsEndpoint(
      Catalog catalog,
      ModelRunner runner,
      Supplier<Map<String, ModelDescriptor>> descriptors,
      ServingProperties defaults) {
    this.catalog = catalog;
    this.runner = runner;
    this.descriptors = descriptors;
    this.defaults = defaults;
  }

  /** How each model is, by name. */
  @ReadOperation
  Map<String, ModelStatus> models() {
    Map<String, ModelStatus> states = new LinkedHashMap<>();
    catalog.models().forEach(model -> states.put(model.name(), model.status()));
    return states;
  }

  /**
   * Has a described model served. One of its name that is served already goes on until the new one
   * is ready, which then takes its place: descriptor, labels and weights are read anew.
   */
  @WriteOperation
  ModelStatus load(@Selector String model) {
    ServedModel loaded;
    try {
      Map<String, ModelDescriptor> described = descriptors.get();
      ModelDescriptor descriptor = described.get(model);
      if (descriptor == null) {
        throw refusal(
            "There is no model '%s'; there are %s"
                .formatted(model, String.join(", ", described.keySet())));
      }
      loaded = ServedModel.of(descriptor, defaults);
    } catch (DescriptorException e) {
      throw refusal(e.getMessage());
    }
    if (catalog.add(loaded)) {
      runner.bring(loaded);
    } else {
      runner.replace(loaded);
    }
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
