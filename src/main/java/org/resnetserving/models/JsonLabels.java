package org.resnetserving.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.BoundedJson;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.WeightFiles;
import org.resnetserving.weights.WeightsException;
import tools.jackson.databind.JsonNode;

/**
 * Labels as JSON: a list of names; TorchServe's {@code index_to_name.json}, {@code {"0": "tench"}}
 * or {@code {"0": ["n01440764", "tench"]}}; or a {@code config.json} with {@code id2label}, or with
 * {@code label_names} and perhaps their {@code label_descriptions}. A name may hold commas.
 */
final class JsonLabels {
  private static final Pattern INDEX = Pattern.compile("0|[1-9]\\d{0,5}");

  private final Path file;

  private JsonLabels(Path file) {
    this.file = file;
  }

  /** Labels in the order of the outputs, from a JSON file or from TorchServe's archive. */
  static List<Label> read(Path file) {
    JsonLabels labels = new JsonLabels(file);
    try {
      return labels.labels(labels.json());
    } catch (WeightsException e) {
      throw new DescriptorException(file, 1, String.valueOf(e.getMessage()), e);
    }
  }

  private JsonNode json() {
    boolean archive = file.toString().toLowerCase(Locale.ROOT).endsWith(".mar");
    try (FileBytes bytes = FileBytes.open(file)) {
      if (!archive) {
        if (bytes.size() > Labels.MAX_BYTES) {
          throw mistake("the file has " + bytes.size() + " bytes, at most " + Labels.MAX_BYTES);
        }
        return BoundedJson.parse(bytes, "labels", bytes.read(0, (int) bytes.size()).array());
      }
      byte[] names =
          WeightFiles.archive(file, found -> Optional.ofNullable(found.labels()))
              .flatMap(found -> found)
              .orElseThrow(() -> mistake("there is no index_to_name.json in it: name labels"));
      return BoundedJson.parse(bytes, "index_to_name.json", names);
    }
  }

  private List<Label> labels(JsonNode json) {
    if (json.isArray()) {
      return list(json, null);
    }
    if (json.has("id2label")) {
      return map(json.get("id2label"));
    }
    if (json.has("label_names")) {
      return list(json.get("label_names"), json.get("label_descriptions"));
    }
    return map(json);
  }

  private List<Label> list(JsonNode names, @Nullable JsonNode descriptions) {
    requireCount(names.size());
    List<Label> labels = new ArrayList<>();
    for (JsonNode name : names) {
      labels.add(label(labels.size(), name, descriptions));
    }
    return unique(labels);
  }

  private List<Label> map(JsonNode json) {
    if (!json.isObject()) {
      throw mistake("labels are a list, or names by their index");
    }
    requireCount(json.size());
    @Nullable Label[] labels = new @Nullable Label[json.size()];
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String key = entry.getKey();
      if (!INDEX.matcher(key).matches() || Integer.parseInt(key) >= labels.length) {
        throw mistake(
            "'%s' is not one of the indexes 0 to %d"
                .formatted(FileBytes.printable(key), labels.length - 1));
      }
      int index = Integer.parseInt(key);
      labels[index] = label(index, entry.getValue(), null);
    }
    List<Label> all = new ArrayList<>();
    for (Label label : labels) {
      if (label != null) { // as many different indexes as there are places: none is missing
        all.add(label);
      }
    }
    return unique(all);
  }

  private Label label(int index, JsonNode value, @Nullable JsonNode descriptions) {
    if (value.isArray() && value.size() >= 2 && isWnid(value.get(0))) {
      return new Label(
          index, Labels.name(file, 1, value.get(1).asString("")), value.get(0).stringValue());
    }
    JsonNode only = value.isArray() && value.size() == 1 ? value.get(0) : value;
    if (!only.isString()) {
      throw mistake("label %d is no name".formatted(index));
    }
    JsonNode described = descriptions == null ? null : descriptions.get(only.stringValue());
    if (isWnid(only) && described != null && described.isString()) {
      return new Label(index, Labels.name(file, 1, described.stringValue()), only.stringValue());
    }
    return new Label(index, Labels.name(file, 1, only.stringValue()), null);
  }

  private static boolean isWnid(JsonNode value) {
    return value.isString() && Labels.WNID.matcher(value.stringValue()).matches();
  }

  private List<Label> unique(List<Label> labels) {
    Set<String> wnids = new HashSet<>();
    for (Label label : labels) {
      if (label.wnid() != null && !wnids.add(label.wnid())) {
        throw mistake("wnid " + label.wnid() + " is there twice");
      }
    }
    return labels;
  }

  private void requireCount(int count) {
    if (count < 1 || count > Labels.MAX_LABELS) {
      throw mistake("there are %d labels, at most %d".formatted(count, Labels.MAX_LABELS));
    }
  }

  private DescriptorException mistake(String what) {
    return new DescriptorException(file, 1, what);
  }
}
