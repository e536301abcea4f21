package org.resnetserving.torchexport;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.WeightsException;
import tools.jackson.databind.JsonNode;

/**
 * One step of an exported program: the op that it calls, with what.
 *
 * @param target the op's full name
 * @param arguments by the name that the op's schema gives them; those left out have their default
 * @param outputs names of the tensors that it makes
 */
record AtenNode(
    FileBytes file, String target, Map<String, JsonNode> arguments, List<String> outputs) {
  private static final String ATEN = "torch.ops.aten.";

  /** The op's name and overload, such as {@code relu.default}; a foreign op's is its full name. */
  String op() {
    return target.startsWith(ATEN) ? target.substring(ATEN.length()) : target;
  }

  /** What messages call the step. */
  String name() {
    return outputs.isEmpty() ? "a step without output" : outputs.get(0);
  }

  /** A refusal of this step. */
  WeightsException refuse(String problem) {
    return file.refuse(name(), "%s %s".formatted(FileBytes.printable(target), problem));
  }

  /** Whether an argument was given, other than None. */
  boolean has(String argument) {
    JsonNode value = arguments.get(argument);
    return value != null && !value.has("as_none");
  }

  /** Whether an argument is a tensor. */
  boolean hasTensor(String argument) {
    JsonNode value = arguments.get(argument);
    return value != null && tensorName(value) != null;
  }

  /** The name of a tensor. */
  String tensor(String argument) {
    JsonNode value = arguments.get(argument);
    String name = value == null ? null : tensorName(value);
    if (name == null) {
      throw refuse("lacks the tensor " + argument);
    }
    return name;
  }

  /** The names of tensors in a list. */
  List<String> tensors(String argument) {
    JsonNode list = argument(argument).path("as_tensors");
    List<String> names = new ArrayList<>();
    for (JsonNode tensor : list) {
      names.add(tensor.path("name").asString(""));
    }
    if (names.isEmpty()) {
      throw refuse("lacks the tensors " + argument);
    }
    return names;
  }

  static @Nullable String tensorName(JsonNode argument) {
    JsonNode tensor = argument.path("as_tensor");
    if (tensor.isMissingNode()) {
      tensor = argument.path("as_optional_tensor").path("as_tensor");
    }
    return tensor.path("name").isString() ? tensor.path("name").stringValue() : null;
  }

  boolean flag(String argument, boolean otherwise) {
    return has(argument) ? argument(argument).path("as_bool").asBoolean(otherwise) : otherwise;
  }

  /** A number, given as an integer or not. */
  double number(String argument, double otherwise) {
    if (!has(argument)) {
      return otherwise;
    }
    JsonNode value = argument(argument);
    JsonNode number = value.has("as_float") ? value.path("as_float") : value.path("as_int");
    if (!number.isNumber()) {
      throw refuse("has no number for " + argument);
    }
    return number.doubleValue();
  }

  /** An integer; one beyond an int's range is the nearest int. */
  int integer(String argument, int otherwise) {
    return has(argument) ? integer(argument, argument(argument)) : otherwise;
  }

  /** Integers; a single one counts as a list. */
  int[] integers(String argument, int... otherwise) {
    if (!has(argument)) {
      return otherwise;
    }
    JsonNode value = argument(argument);
    JsonNode list = value.has("as_ints") ? value.path("as_ints") : value.path("as_sym_ints");
    if (!list.isArray()) {
      return new int[] {integer(argument, value)};
    }
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = integer(argument, list.path(i));
    }
    return numbers;
  }

  /** What stands in a list of sizes for one that is known only when the program runs. */
  static final int FREE = -2;

  private int integer(String argument, JsonNode value) {
    JsonNode number = value.isNumber() ? value : value.path("as_int");
    if (number.isMissingNode() && value.has("as_sym_int")) {
      return integer(argument, value.path("as_sym_int"));
    }
    if (value.has("as_name")) {
      return FREE;
    }
    if (!number.canConvertToLong()) {
      throw refuse("has no whole number for " + argument);
    }
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number.longValue()));
  }

  /** Whether an argument is a text. */
  boolean argumentIsText(String argument) {
    return has(argument) && argument(argument).has("as_string");
  }

  String text(String argument, String otherwise) {
    return has(argument) ? argument(argument).path("as_string").asString(otherwise) : otherwise;
  }

  /** An argument as it is. */
  JsonNode argument(String name) {
    JsonNode value = arguments.get(name);
    if (value == null) {
      throw refuse("lacks " + name);
    }
    return value;
  }
}
