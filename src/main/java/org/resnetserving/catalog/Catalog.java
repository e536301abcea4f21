package org.resnetserving.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** The models that are served. */
public final class Catalog {
  private final Map<String, ServedModel> models;
  private final ServedModel defaultModel;

  Catalog(List<ServedModel> models) {
    this.models = new LinkedHashMap<>();
    models.forEach(model -> this.models.put(model.name(), model));
    this.defaultModel = models.get(0);
  }

  /** All of them, the default one first. */
  public List<ServedModel> models() {
    return List.copyOf(models.values());
  }

  /** The one that answers requests that name none. */
  public ServedModel defaultModel() {
    return defaultModel;
  }

  /**
   * The one of that name.
   *
   * @throws ProblemException (MODEL_UNKNOWN) naming those that exist
   */
  public ServedModel model(String name) {
    ServedModel model = models.get(name);
    if (model == null) {
      throw new ProblemException(
              ProblemType.MODEL_UNKNOWN,
              "There is no model '%s'; there are: %s."
                  .formatted(name, String.join(", ", models.keySet())))
          .with("models", List.copyOf(models.keySet()));
    }
    return model;
  }
}
