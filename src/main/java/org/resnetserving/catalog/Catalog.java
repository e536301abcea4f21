package org.resnetserving.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.ServedModel;

/** The models that are served. Thread-safe; models may come and go. */
public final class Catalog {
  private final String defaultName;
  /* Concurrency: never changed, only replaced by a changed copy, under this object's lock. */
  private volatile Map<String, ServedModel> models;

  Catalog(List<ServedModel> models) {
    Map<String, ServedModel> byName = new LinkedHashMap<>();
    models.forEach(model -> byName.put(model.name(), model));
    this.models = byName;
    this.defaultName = models.get(0).name();
  }

  /** All of them, the default one first. */
  public List<ServedModel> models() {
    return List.copyOf(models.values());
  }

  /** The one that answers requests that name none. */
  public ServedModel defaultModel() {
    return model(defaultName);
  }

  /**
   * The one of that name.
   *
   * @throws ProblemException (MODEL_UNKNOWN) naming those that exist
   */
  public ServedModel model(String name) {
    Map<String, ServedModel> now = models;
    ServedModel model = now.get(name);
    if (model == null) {
      throw new ProblemException(
              ProblemType.MODEL_UNKNOWN,
              "There is no model '%s'; there are: %s."
                  .formatted(ProblemException.shortened(name), String.join(", ", now.keySet())))
          .with("models", List.copyOf(now.keySet()));
    }
    return model;
  }

  /** How many requests the models that are served now have had. */
  long visits() {
    return models.values().stream().mapToLong(ServedModel::visits).sum();
  }

  /** Whether a request is under way. */
  boolean isVisited() {
    return models.values().stream().anyMatch(ServedModel::isVisited);
  }

  Optional<ServedModel> find(String name) {
    return Optional.ofNullable(models.get(name));
  }

  /** Whether it is this very model that is served, and not a later one of its name. */
  boolean serves(ServedModel model) {
    return models.get(model.name()) == model;
  }

  /** Adds the model; false if one of its name is there. */
  synchronized boolean add(ServedModel model) {
    Map<String, ServedModel> changed = new LinkedHashMap<>(models);
    if (changed.putIfAbsent(model.name(), model) != null) {
      return false;
    }
    models = changed;
    return true;
  }

  /**
   * Serves the model in the place of the one of its name, from now on.
   *
   * @return the one that was served; empty if there is none, and then nothing is changed
   */
  synchronized Optional<ServedModel> replace(ServedModel model) {
    Map<String, ServedModel> changed = new LinkedHashMap<>(models);
    Optional<ServedModel> former = Optional.ofNullable(changed.replace(model.name(), model));
    models = changed;
    return former;
  }

  /**
   * Takes the model of that name away; the default one stays.
   *
   * @return the one that was served; empty if there is none
   * @throws IllegalArgumentException if it is the default one
   */
  synchronized Optional<ServedModel> remove(String name) {
    if (name.equals(defaultName)) {
      throw new IllegalArgumentException("'" + defaultName + "' is the default model and stays");
    }
    Map<String, ServedModel> changed = new LinkedHashMap<>(models);
    Optional<ServedModel> former = Optional.ofNullable(changed.remove(name));
    models = changed;
    return former;
  }
}
