package org.resnetserving.catalog;

import java.util.Map;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.ModelStatus;
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
public final class ModelsEndpoint {
  private final ModelRepository repository;

  ModelsEndpoint(ModelRepository repository) {
    this.repository = repository;
  }

  /** How each model is, by name. */
  @ReadOperation
  Map<String, ModelStatus> models() {
    return repository.served();
  }

  /**
   * Has a described model served. One of its name that is served already goes on until the new one
   * is ready, which then takes its place: descriptor, labels and weights are read anew.
   */
  @WriteOperation
  ModelStatus load(@Selector String model) {
    try {
      return repository.load(model).now();
    } catch (ProblemException | DescriptorException e) {
      throw refusal(e);
    }
  }

  /** Has a model served no longer; the default one stays. */
  @DeleteOperation
  void unload(@Selector String model) {
    try {
      repository.unload(model);
    } catch (ProblemException | IllegalArgumentException e) {
      throw refusal(e);
    }
  }

  private static InvalidEndpointRequestException refusal(RuntimeException why) {
    String message = String.valueOf(why.getMessage());
    return new InvalidEndpointRequestException(message, message);
  }
}
