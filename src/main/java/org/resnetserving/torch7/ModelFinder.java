package org.resnetserving.torch7;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.FileBytes;

/** Finds the model in what a file holds: the value itself, or the one in a table. */
final class ModelFinder {
  private ModelFinder() {}

  static TorchObject find(FileBytes file, @Nullable Object value) {
    if (value instanceof TorchObject object && TorchGraph.isModule(object)) {
      return object;
    }
    if (!(value instanceof TorchObject table)) {
      throw file.refuse("holds no model: save it with torch.save(file, model)");
    }
    if (table.get("model") instanceof TorchObject model && TorchGraph.isModule(model)) {
      return model;
    }
    List<TorchObject> models = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Map.Entry<Object, Object> entry : table.fields().entrySet()) {
      if (entry.getValue() instanceof TorchObject model && TorchGraph.isModule(model)) {
        models.add(model);
        names.add(FileBytes.printable(String.valueOf(entry.getKey())));
      }
    }
    if (models.size() != 1) {
      throw file.refuse(
          "holds a table with %d models %s: save the one that is meant"
              .formatted(models.size(), names.subList(0, Math.min(names.size(), 10))));
    }
    return models.get(0);
  }
}
