package org.resnetserving.catalog;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.ModelStatus;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.ServingProperties;

/**
 * The models that are described, and those of them that are served: loading, replacing and
 * unloading while the service runs. Thread-safe.
 */
public final class ModelRepository {
  private final Catalog catalog;
  private final ModelRunner runner;
  private final Supplier<Map<String, ModelDescriptor>> described;
  private final ServingProperties defaults;

  /**
   * @param described reads what may be loaded, by name
   * @param defaults of serving
   */
  ModelRepository(
      Catalog catalog,
      ModelRunner runner,
      Supplier<Map<String, ModelDescriptor>> described,
      ServingProperties defaults) {
    this.catalog = catalog;
    this.runner = runner;
    this.described = described;
    this.defaults = defaults;
  }

  /**
   * A model that is on its way.
   *
   * @param now how it is now
   * @param outcome how it is once it answers, or has failed, or is wanted no longer
   */
  public record Loading(ModelStatus now, CompletableFuture<ModelStatus> outcome) {}

  /** How each model that is served is, by name; the default one first. */
  public Map<String, ModelStatus> served() {
    Map<String, ModelStatus> states = new LinkedHashMap<>();
    catalog.models().forEach(model -> states.put(model.name(), model.status()));
    return states;
  }

  /**
   * The same, and null for each that is described and not served.
   *
   * @throws DescriptorException if the descriptors cannot be read
   */
  public Map<String, @Nullable ModelStatus> all() {
    Map<String, @Nullable ModelStatus> states = new LinkedHashMap<>(served());
    described.get().keySet().forEach(name -> states.putIfAbsent(name, null));
    return states;
  }

  /**
   * Has a described model served. One of its name that is served already goes on until the new one
   * is ready, which then takes its place: descriptor, labels and weights are read anew.
   *
   * @throws ProblemException (MODEL_UNKNOWN) naming those that are described
   * @throws DescriptorException if it is described in a way that cannot be served
   */
  public Loading load(String name) {
    Map<String, ModelDescriptor> now = described.get();
    ModelDescriptor descriptor = now.get(name);
    if (descriptor == null) {
      throw new ProblemException(
          ProblemType.MODEL_UNKNOWN,
          "There is no model '%s'; there are %s."
              .formatted(ProblemException.shortened(name), String.join(", ", now.keySet())));
    }
    return load(descriptor);
  }

  /**
   * As {@link #load(String)}, by this descriptor.
   *
   * @throws DescriptorException if it cannot be served
   */
  Loading load(ModelDescriptor descriptor) {
    ServedModel model = ServedModel.of(descriptor, defaults);
    CompletableFuture<ModelStatus> outcome = runner.serve(model);
    return new Loading(model.status(), outcome);
  }

  /**
   * Has a model served no longer. It is unknown at once, and finishes what it has accepted.
   *
   * @throws ProblemException (MODEL_UNKNOWN) if it is not served
   * @throws IllegalArgumentException if it is the default one, which stays
   */
  public void unload(String name) {
    if (!runner.unload(name)) {
      throw new ProblemException(
          ProblemType.MODEL_UNKNOWN,
          "Model '%s' is not served.".formatted(ProblemException.shortened(name)));
    }
  }
}
