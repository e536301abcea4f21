package org.resnetserving.weights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state dict in what a pickle holds: the value itself, a whole module, or one under a name that
 * training scripts give it, beside the epoch, the optimizer and so on.
 *
 * <p>Where there are several, the names' order in {@link #NAMES} decides: the network that was
 * trained before its averages, and these before a teacher or a student. Two of equal rank are
 * refused, unless {@code entry} chooses.
 */
final class Checkpoint {
  /** Names by rank. */
  static final List<List<String>> NAMES =
      List.of(
          List.of(
              "state_dict",
              "model_state_dict",
              "model_state",
              "model",
              "network",
              "net",
              "weights",
              "params",
              "module",
              "model_weights",
              "network_state_dict",
              "net_state_dict"),
          List.of(
              "model_ema",
              "ema_state_dict",
              "state_dict_ema",
              "model_ema_state_dict",
              "ema_model",
              "ema",
              "params_ema"),
          List.of("teacher", "online", "online_network"),
          List.of("student", "target", "target_network"));

  /** What is never looked into for want of a better name: its tensors are named alike. */
  private static final List<String> COMPANY =
      List.of(
          "optimizer", "optimizers", "optimizer_states", "optimizer_state_dict", "opt", "optim");

  /** How many dicts a state dict may be inside of. */
  private static final int MAX_DEPTH = 4;

  /** Most values that are looked at, one that is in several places each time. */
  static final int MAX_LOOKED = 1 << 20;

  private static final int CONVOLUTION_DIMENSIONS = 4;

  private final FileBytes source;
  private final @Nullable String entry;
  private int looked;

  /**
   * @param entry names of dicts and attributes on the way to the state dict, with dots between
   *     them; null looks for it
   */
  Checkpoint(FileBytes source, @Nullable String entry) {
    this.source = source;
    this.entry = entry;
  }

  /**
   * A state dict in a pickle.
   *
   * @param values by the names that the file gives them, in its order: {@link PickledTensor}s, and
   *     {@link PickledObject}s where the file has something else
   * @param entry names on the way to it, with dots between them; empty if it is the file's own
   * @param prefix what is left of the entry, for the names to begin with; null if nothing is
   */
  record Chosen(Map<String, Object> values, String entry, @Nullable String prefix) {}

  /** A dict of tensors, and the names on the way to it. */
  private record Dict(String path, Map<String, Object> values) {}

  Chosen choose(Object root) {
    if (entry != null) {
      return byEntry(root, "", entry);
    }
    Dict found = find(root, "", 0);
    if (found == null) {
      throw source.refuse(nothing(root));
    }
    return chosen(found, null);
  }

  private Chosen byEntry(Object node, String before, String path) {
    Map<?, ?> children = children(node);
    for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
      Object child = children.get(path.substring(0, end));
      if (child != null && !(child instanceof PickledTensor)) {
        if (end < path.length()) {
          return byEntry(child, inside(before, path.substring(0, end)), path.substring(end + 1));
        }
        Dict found = find(child, inside(before, path), 0);
        if (found == null) {
          throw source.refuse("has no tensors in the entry " + FileBytes.printable(path));
        }
        return chosen(found, null);
      }
    }
    Dict found = find(node, before, 0);
    if (found == null
        || found.values().keySet().stream().noneMatch(name -> name.startsWith(path + "."))) {
      throw source.refuse(
          "has no entry %s; there is %s"
              .formatted(FileBytes.printable(path), names(children.keySet())));
    }
    return chosen(found, path);
  }

  private static String inside(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private Chosen chosen(Dict found, @Nullable String prefix) {
    if (found.values().size() > Safetensors.MAX_TENSORS) {
      throw source.refuse("has more than %d tensors".formatted(Safetensors.MAX_TENSORS));
    }
    return new Chosen(found.values(), found.path(), prefix);
  }

  /** The state dict in a value, or null. */
  private @Nullable Dict find(Object node, String path, int depth) {
    if (node instanceof PickledObject object && object.isModule()) {
      Map<String, Object> values = ModuleTree.stateDict(source, object);
      return hasTensors(values) ? new Dict(path, values) : null;
    }
    Map<?, ?> children = children(node);
    looked += children.size() + 1;
    if (looked > MAX_LOOKED) {
      throw source.refuse(
          "has no state dict among %d values: save model.state_dict(), or name it by weights.entry"
              .formatted(MAX_LOOKED));
    }
    if (depth < MAX_DEPTH) {
      for (List<String> names : NAMES) {
        Map<String, Dict> found = found(children, names, path, depth);
        if (!found.isEmpty()) {
          return only(found);
        }
      }
    }
    Map<String, Object> own = tensors(children);
    if (depth == MAX_DEPTH || hasConvolution(own)) {
      return hasTensors(own) ? new Dict(path, own) : null;
    }
    List<String> others = new ArrayList<>();
    children.keySet().forEach(key -> others.add(String.valueOf(key)));
    others.removeAll(COMPANY);
    Map<String, Dict> found = found(children, others, path, depth);
    found.values().removeIf(dict -> !hasConvolution(dict.values()));
    if (!found.isEmpty()) {
      return only(found);
    }
    return hasTensors(own) ? new Dict(path, own) : null;
  }

  private static Map<String, Object> tensors(Map<?, ?> children) {
    Map<String, Object> tensors = new LinkedHashMap<>();
    children.forEach(
        (key, value) -> {
          if (key instanceof String name
              && (value instanceof PickledTensor || value instanceof PickledObject)) {
            tensors.put(name, value);
          }
        });
    return tensors;
  }

  private Map<String, Dict> found(Map<?, ?> children, List<String> names, String path, int depth) {
    Map<String, Dict> found = new LinkedHashMap<>();
    for (String name : names) {
      Object child = children.get(name);
      Dict dict = child == null ? null : find(child, inside(path, name), depth + 1);
      if (dict != null) {
        found.put(name, dict);
      }
    }
    return found;
  }

  private Dict only(Map<String, Dict> found) {
    if (found.size() > 1) {
      Map<String, Dict> networks = new LinkedHashMap<>(found);
      networks.values().removeIf(dict -> !hasConvolution(dict.values()));
      if (networks.size() == 1) {
        return networks.values().iterator().next();
      }
      throw source.refuse(
          "has several state dicts, %s: save the one that is meant, or name it by weights.entry"
              .formatted(names(found.keySet())));
    }
    return found.values().iterator().next();
  }

  private String nothing(Object root) {
    if (root instanceof PickledObject object) {
      return "wants to run %s; only tensors are read: load it where it was written and save"
              .formatted(FileBytes.printable(object.name()))
          + " model.state_dict()";
    }
    if (!(root instanceof Map<?, ?> dict)) {
      return "holds no dict of tensors: save model.state_dict()";
    }
    return "holds no tensors, neither at the top nor under one of %s; there is %s: save"
            .formatted(NAMES.get(0), described(dict))
        + " model.state_dict()";
  }

  /** Values by name: a dict's, a list's by their places, an object's items or attributes. */
  private static Map<?, ?> children(Object node) {
    if (node instanceof Map<?, ?> map) {
      return map;
    }
    if (node instanceof PickledObject object) {
      return object.contents();
    }
    Map<Object, Object> children = new LinkedHashMap<>();
    if (node instanceof List<?> list) {
      list.stream().limit(16).forEach(value -> children.put("" + children.size(), value));
    }
    return children;
  }

  private static boolean hasTensors(Map<String, Object> values) {
    return values.values().stream().anyMatch(PickledTensor.class::isInstance);
  }

  private static boolean hasConvolution(Map<String, Object> values) {
    return values.entrySet().stream()
        .anyMatch(
            value ->
                value.getKey().endsWith("weight")
                    && value.getValue() instanceof PickledTensor tensor
                    && tensor.size().size() == CONVOLUTION_DIMENSIONS);
  }

  private static List<String> described(Map<?, ?> dict) {
    return dict.entrySet().stream()
        .limit(8)
        .map(
            item ->
                item.getValue() instanceof PickledObject object
                    ? "%s (%s)".formatted(item.getKey(), object)
                    : String.valueOf(item.getKey()))
        .map(FileBytes::printable)
        .toList();
  }

  private static List<String> names(Collection<?> keys) {
    return keys.stream().limit(8).map(key -> FileBytes.printable(String.valueOf(key))).toList();
  }
}
