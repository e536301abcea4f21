package org.resnetserving.models;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.NearestNames;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping in a descriptor, read strictly: it knows its allowed keys, and every complaint names
 * the file, the line and the key. Works on YAML's nodes, so that no document creates an object.
 */
final class YamlMap {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private final Path file;
  private final String path;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();

  private YamlMap(Path file, String path, Node node, List<String> allowed) {
    this.file = file;
    this.path = path;
    line = line(node);
    String where = path.isEmpty() ? "the document" : path;
    if (!(node instanceof MappingNode mapping) || !Tag.MAP.equals(node.getTag())) {
      throw mistake(node, where + " must be keys with values, it is " + kind(node));
    }
    for (NodeTuple tuple : mapping.getValue()) {
      Node keyNode = tuple.getKeyNode();
      if (!(keyNode instanceof ScalarNode scalar)) {
        throw mistake(keyNode, "a key of " + where + " must be text, it is " + kind(keyNode));
      }
      String key = scalar.getValue();
      if (!allowed.contains(key)) {
        throw mistake(keyNode, unknown(key, allowed));
      }
      Node earlier = values.put(key, tuple.getValueNode());
      if (earlier != null) {
        throw mistake(keyNode, name(key) + " is there twice, first at line " + line(earlier));
      }
    }
  }

  static YamlMap document(Path file, Node node, List<String> allowed) {
    return new YamlMap(file, "", node, allowed);
  }

  /** Where the mapping begins, from 1. */
  int line() {
    return line;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** Whether the key is there and is text, or a number, and no mapping or list. */
  boolean isText(String key) {
    return values.get(key) instanceof ScalarNode;
  }

  YamlMap map(String key, List<String> allowed) {
    return new YamlMap(file, name(key), required(key), allowed);
  }

  @Nullable YamlMap optionalMap(String key, List<String> allowed) {
    Node node = values.get(key);
    return node == null ? null : new YamlMap(file, name(key), node, allowed);
  }

  /** The mappings of a list; none where the key is absent. */
  List<YamlMap> maps(String key, int most, List<String> allowed) {
    List<YamlMap> maps = new ArrayList<>();
    for (Node node : has(key) ? items(key, 1, most) : List.<Node>of()) {
      maps.add(new YamlMap(file, name(key) + "[" + maps.size() + "]", node, allowed));
    }
    return maps;
  }

  String text(String key, int most) {
    String text = scalar(key, required(key)).strip();
    if (text.isEmpty() || text.length() > most) {
      throw mistake(key, "must be text of 1 to " + most + " characters, it has " + text.length());
    }
    return text;
  }

  @Nullable String optionalText(String key, int most) {
    return has(key) ? text(key, most) : null;
  }

  String matching(String key, Pattern pattern, String allowed) {
    String text = text(key, 4096);
    if (!pattern.matcher(text).matches()) {
      throw mistake(key, "must be " + allowed + ", it is '" + text + "'");
    }
    return text;
  }

  @Nullable String optionalMatching(String key, Pattern pattern, String allowed) {
    return has(key) ? matching(key, pattern, allowed) : null;
  }

  long integer(String key, long least, long most) {
    Node node = required(key);
    String text = Tag.INT.equals(node.getTag()) ? scalar(key, node) : "";
    String allowed = "must be a whole number from " + least + " to " + most + ", it is ";
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
      throw mistake(key, allowed + value);
    } catch (NumberFormatException e) {
      throw mistake(key, allowed + kind(node));
    }
  }

  @Nullable Integer optionalInt(String key, int least, int most) {
    return has(key) ? (Integer) (int) integer(key, least, most) : null;
  }

  double number(String key, double least, double most) {
    return number(key, required(key), least, most);
  }

  @Nullable Double optionalNumber(String key, double least, double most) {
    return has(key) ? (Double) number(key, least, most) : null;
  }

  /** A list of so many numbers. */
  List<Double> numbers(String key, int count, double least, double most) {
    List<Double> numbers = new ArrayList<>();
    for (Node node : items(key, count, count)) {
      numbers.add(number(key, node, least, most));
    }
    return numbers;
  }

  /** A mapping of any names to numbers. */
  List<Thresholds.Named> namedNumbers(String key, double least, double most) {
    Node node = required(key);
    if (!(node instanceof MappingNode mapping)) {
      throw mistake(key, "must be a number, or labels with numbers, it is " + kind(node));
    }
    Map<String, Thresholds.Named> numbers = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      Node name = tuple.getKeyNode();
      String label = scalar(key, name);
      double number = number(key + "." + label, tuple.getValueNode(), least, most);
      if (numbers.put(label, new Thresholds.Named(label, number, line(name))) != null) {
        throw mistake(name, name(key) + " names '" + label + "' twice");
      }
    }
    return List.copyOf(numbers.values());
  }

  boolean flag(String key, boolean otherwise) {
    Node node = values.get(key);
    if (node == null) {
      return otherwise;
    }
    String text = Tag.BOOL.equals(node.getTag()) ? scalar(key, node) : "";
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw mistake(key, "must be true or false, it is " + kind(node));
    };
  }

  <E extends Enum<E>> E choice(String key, Class<E> type) {
    String text = text(key, 100);
    List<String> allowed = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT);
      if (name.equals(text.replace('-', '_'))) {
        return constant;
      }
      allowed.add(name);
    }
    throw mistake(key, "must be one of " + String.join(", ", allowed) + ", it is '" + text + "'");
  }

  <E extends Enum<E>> @Nullable E optionalChoice(String key, Class<E> type) {
    return has(key) ? choice(key, type) : null;
  }

  @Nullable Duration optionalDuration(String key, Duration least, Duration most) {
    if (!has(key)) {
      return null;
    }
    String text = text(key, 100);
    Matcher matcher = DURATION.matcher(text);
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
          };
      if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
        return duration;
      }
    }
    throw mistake(
        key,
        "must be a duration such as 500ms, 10s or 2m, from "
            + least.toMillis()
            + "ms to "
            + most.toMillis()
            + "ms, it is '"
            + text
            + "'");
  }

  /** A complaint about the value of a key. */
  DescriptorException mistake(String key, String what) {
    Node node = values.get(key);
    return new DescriptorException(file, node == null ? line : line(node), name(key) + " " + what);
  }

  /** A complaint about the mapping as a whole. */
  DescriptorException mistake(String what) {
    return new DescriptorException(
        file, line, (path.isEmpty() ? "the document" : path) + " " + what);
  }

  private DescriptorException mistake(Node node, String what) {
    return new DescriptorException(file, line(node), what);
  }

  private double number(String key, Node node, double least, double most) {
    boolean number = Tag.INT.equals(node.getTag()) || Tag.FLOAT.equals(node.getTag());
    String text = number ? scalar(key, node) : "";
    String allowed = "must be a number from " + least + " to " + most + ", it is ";
    try {
      double value = Double.parseDouble(text);
      if (value >= least && value <= most) { // false for NaN
        return value;
      }
      throw mistake(node, name(key) + " " + allowed + value);
    } catch (NumberFormatException e) {
      throw mistake(node, name(key) + " " + allowed + kind(node));
    }
  }

  private List<Node> items(String key, int least, int most) {
    Node node = required(key);
    String count = least == most ? "" + least : least + " to " + most;
    if (!(node instanceof SequenceNode list)) {
      throw mistake(key, "must be a list of " + count + ", it is " + kind(node));
    }
    if (list.getValue().size() < least || list.getValue().size() > most) {
      throw mistake(key, "must be a list of " + count + ", it has " + list.getValue().size());
    }
    return list.getValue();
  }

  private Node required(String key) {
    Node node = values.get(key);
    if (node == null) {
      throw new DescriptorException(file, line, name(key) + " is missing");
    }
    return node;
  }

  private String scalar(String key, Node node) {
    if (node instanceof ScalarNode scalar
        && node.getTag().getValue().startsWith(Tag.PREFIX)
        && !Tag.NULL.equals(node.getTag())) {
      return scalar.getValue();
    }
    throw mistake(key, "must be a single value, it is " + kind(node));
  }

  private String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private String unknown(String key, List<String> allowed) {
    String nearest = null;
    int least = Math.max(2, key.length() / 3) + 1;
    for (String candidate : allowed) {
      int distance =
          NearestNames.distance(key.toLowerCase(Locale.ROOT).replace('-', '_'), candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return "unknown key "
        + name(key)
        + (nearest == null ? "" : "; did you mean " + name(nearest) + "?")
        + (nearest == null ? "; allowed: " : " Allowed: ")
        + String.join(", ", allowed);
  }

  private static String kind(Node node) {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    if (node instanceof ScalarNode scalar) {
      if (!node.getTag().getValue().startsWith(Tag.PREFIX)) {
        return "of the type " + node.getTag().getValue();
      }
      return Tag.NULL.equals(node.getTag()) ? "empty" : "'" + scalar.getValue() + "'";
    }
    return "of the type " + node.getTag().getValue();
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }
}
