package org.resnetserving.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state dict of a pickled module, as {@code module.state_dict()} would give it: parameters,
 * then buffers that are saved, then the same of its parts, named by the way to them. Only the
 * pickle's own attributes are looked at; a class's code is of no concern.
 */
final class ModuleTree {
  /** Most parts inside one another: wrappers, stages, blocks and heads need about 8. */
  static final int MAX_DEPTH = 64;

  /** Most parts, a shared one counted each time: a ResNet-152 has 500. */
  static final int MAX_PARTS = 1 << 16;

  private final FileBytes source;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private int parts;

  private ModuleTree(FileBytes source) {
    this.source = source;
  }

  /**
   * Values by name: {@link PickledTensor}s, and {@link PickledObject}s where there is no tensor.
   */
  static Map<String, Object> stateDict(FileBytes source, PickledObject module) {
    ModuleTree tree = new ModuleTree(source);
    tree.add(module, "", 0);
    return tree.values;
  }

  private void add(PickledObject module, String prefix, int depth) {
    if (depth > MAX_DEPTH || ++parts > MAX_PARTS) {
      throw source.refuse(
          "has a module of more than %d parts, or nested more than %d deep"
              .formatted(MAX_PARTS, MAX_DEPTH));
    }
    values(module.attribute("_parameters"), List.of(), prefix);
    Object unsaved = module.attribute("_non_persistent_buffers_set");
    values(
        module.attribute("_buffers"), unsaved instanceof List<?> list ? list : List.of(), prefix);
    if (module.attribute("_modules") instanceof Map<?, ?> modules) {
      modules.forEach(
          (name, part) -> {
            if (part instanceof PickledObject inner && inner.unwrapped().isModule()) {
              add(inner.unwrapped(), prefix + name + ".", depth + 1);
            }
          });
    }
  }

  private void values(@Nullable Object named, List<?> unsaved, String prefix) {
    if (named instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            boolean saved = value instanceof PickledTensor || value instanceof PickledObject;
            if (saved && !unsaved.contains(name)) {
              values.put(prefix + name, value);
            }
          });
    }
  }
}
