package org.resnetserving.keras;

import java.util.ArrayList;
import java.util.List;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.WeightsException;
import tools.jackson.databind.JsonNode;

/** A layer of a configuration, in either of the dialects that Keras 2 and 3 write. */
final class KerasLayer {
  private final FileBytes file;
  private final String type;
  private final KerasPlace place;
  private final JsonNode config;

  KerasLayer(FileBytes file, String type, KerasPlace place, JsonNode config) {
    this.file = file;
    this.type = type;
    this.place = place;
    this.config = config;
  }

  /** The name of its class. */
  String type() {
    return type;
  }

  KerasPlace place() {
    return place;
  }

  /** What messages and the graph call it. */
  String name() {
    return place.name();
  }

  JsonNode config() {
    return config;
  }

  /** A refusal of this layer. */
  WeightsException refuse(String problem) {
    return file.refuse(name(), "%s %s".formatted(FileBytes.printable(type), problem));
  }

  int integer(String key, int otherwise) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isInt()) {
      throw refuse("has no whole number for " + key);
    }
    return value.intValue();
  }

  double number(String key, double otherwise) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw refuse("has no number for " + key);
    }
    return value.doubleValue();
  }

  boolean flag(String key, boolean otherwise) {
    return config.path(key).asBoolean(otherwise);
  }

  String text(String key, String otherwise) {
    return config.path(key).asString(otherwise);
  }

  /** A number for rows and one for columns; a single one counts for both. */
  int[] pair(String key, int... otherwise) {
    JsonNode value = config.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (value.isInt()) {
      return new int[] {value.intValue(), value.intValue()};
    }
    if (value.size() != 2 || !value.path(0).isInt() || !value.path(1).isInt()) {
      throw refuse("has no pair of whole numbers for " + key);
    }
    return new int[] {value.path(0).intValue(), value.path(1).intValue()};
  }

  /** One number for rows and columns. */
  int same(String key, int... otherwise) {
    int[] pair = pair(key, otherwise);
    if (pair[0] != pair[1]) {
      throw refuse("has %d and %d for %s; only the same is read".formatted(pair[0], pair[1], key));
    }
    return pair[0];
  }

  /** The name of the activation that the layer ends with. */
  String activation() {
    JsonNode value = config.path("activation");
    if (value.isMissingNode() || value.isNull()) {
      return "linear";
    }
    if (value.isString()) {
      return value.stringValue();
    }
    if (value.path("class_name").asString("").equals("function")
        && value.path("config").isString()) {
      return value.path("config").stringValue();
    }
    throw refuse("has an activation that is not read, " + FileBytes.printable(value.toString()));
  }

  /** The names of the layers that this reads. */
  List<String> references(JsonNode nodes) {
    return references(file, nodes);
  }

  /** Names in references to tensors: {@code [name, node, tensor]}, alone, in lists or dicts. */
  static List<String> references(FileBytes file, JsonNode node) {
    List<String> names = new ArrayList<>();
    collect(file, node, names);
    return names;
  }

  private static void collect(FileBytes file, JsonNode node, List<String> names) {
    if (node.path("class_name").asString("").equals("__keras_tensor__")) {
      collect(file, node.path("config").path("keras_history"), names);
    } else if (node.isArray() && node.path(0).isString()) {
      if (node.path(2).asInt(0) != 0 || hasContainer(node.path(3))) {
        throw file.refuse(
            node.path(0).stringValue(), "is read in a way that is not: " + printable(node));
      }
      names.add(node.path(0).stringValue());
    } else if (node.isContainer()) {
      node.forEach(each -> collect(file, each, names));
    }
  }

  /** Options such as {@code training} are plain; tensors are not. */
  private static boolean hasContainer(JsonNode options) {
    for (JsonNode option : options) {
      if (option.isContainer()) {
        return true;
      }
    }
    return false;
  }

  private static String printable(JsonNode node) {
    return FileBytes.printable(node.toString());
  }
}
