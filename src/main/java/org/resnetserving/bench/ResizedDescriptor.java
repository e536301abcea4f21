package org.resnetserving.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.ModelDescriptor;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A model's descriptor with another size, to be served from another folder. All else that the file
 * says stays, so that what is measured is the model.
 */
final class ResizedDescriptor {
  private ResizedDescriptor() {}

  /**
   * As YAML.
   *
   * @param model as {@link org.resnetserving.models.ModelDescriptors} read it, and found it right
   * @param size of the square that the network sees
   */
  static String of(ModelDescriptor model, int size) throws IOException {
    if (model.ownPreset() == null) {
      throw new IOException(
          "%s leaves the preset to %s: bench wants a descriptor that says it"
              .formatted(model.file(), model.weights().repository()));
    }
    Map<String, Object> root = root(model);
    Map<String, Object> preset = map(root.get("preset"));
    if (root.get("preset") instanceof String name) {
      preset.put("like", name);
    }
    preset.put("resize", size);
    preset.put("crop", size);
    root.put("preset", preset);
    return new Yaml().dump(root);
  }

  /**
   * The same at its own size, to be served under any name.
   *
   * @param model as {@link org.resnetserving.models.ModelDescriptors} read it, and found it right
   */
  static String copy(ModelDescriptor model) throws IOException {
    Map<String, Object> root = root(model);
    root.remove("name");
    return new Yaml().dump(root);
  }

  /** All that it says, with paths that hold in any folder. */
  private static Map<String, Object> root(ModelDescriptor model) throws IOException {
    Map<String, Object> root =
        map(
            new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(model.file())));
    if (model.labels() != null) {
      root.put("labels", absolute(model.labels()));
    }
    Path file = model.weights().file();
    if (file != null) {
      Map<String, Object> weights = map(root.get("weights"));
      weights.put("file", absolute(file));
      root.put("weights", weights);
    }
    return root;
  }

  private static String absolute(Path file) {
    return file.toAbsolutePath().toString();
  }

  private static Map<String, Object> map(@Nullable Object yaml) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (yaml instanceof Map<?, ?> entries) {
      entries.forEach((key, value) -> map.put(String.valueOf(key), value));
    }
    return map;
  }
}
