package org.resnetserving.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state dict in what a pickle holds: the value itself, or a dict under one of the names that
 * training scripts give it, beside the epoch, the optimizer and so on. What is no tensor is
 * ignored.
 */
final class Checkpoint {
  private static final List<String> NAMES =
      List.of("state_dict", "model_state_dict", "model", "net");

  private final FileBytes source;

  Checkpoint(FileBytes source) {
    this.source = source;
  }

  /** Tensors by the names that the file gives them, in its order. */
  Map<String, PickledTensor> tensors(Object root) {
    if (!(root instanceof Map<?, ?> dict)) {
      throw source.refuse("holds no dict of tensors: save model.state_dict()");
    }
    Map<String, Map<String, PickledTensor>> nested = new LinkedHashMap<>();
    for (String name : NAMES) {
      if (dict.get(name) instanceof Map<?, ?> inner && !tensorsOf(inner).isEmpty()) {
        nested.put(name, tensorsOf(inner));
      }
    }
    if (nested.size() > 1) {
      throw source.refuse(
          "has several state dicts, %s: save the one that is meant".formatted(nested.keySet()));
    }
    Map<String, PickledTensor> tensors =
        nested.values().stream().findFirst().orElseGet(() -> tensorsOf(dict));
    if (tensors.isEmpty()) {
      throw source.refuse(
          "holds no tensors, neither at the top nor under one of %s: save model.state_dict()"
              .formatted(NAMES));
    }
    if (tensors.size() > Safetensors.MAX_TENSORS) {
      throw source.refuse("has more than %d tensors".formatted(Safetensors.MAX_TENSORS));
    }
    return tensors;
  }

  private static Map<String, PickledTensor> tensorsOf(Map<?, ?> dict) {
    Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    dict.forEach(
        (key, value) -> {
          if (key instanceof String name && value instanceof PickledTensor tensor) {
            tensors.put(name, tensor);
          }
        });
    return tensors;
  }
}
