package org.resnetserving.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.BoundedJson;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.WeightsException;
import tools.jackson.databind.JsonNode;

/** A JSON object of a model's folder, whose values are asked for by kind and within bounds. */
final class FolderConfig {
  /** Most bytes: ImageNet's 21 000 labels twice over need two million. */
  static final int MAX_BYTES = 8 << 20;

  private final Path file;
  private final String place;
  private final JsonNode json;

  private FolderConfig(Path file, String place, JsonNode json) {
    this.file = file;
    this.place = place;
    this.json = json;
  }

  /** Reads a file. */
  static FolderConfig read(Path file) {
    try (FileBytes bytes = FileBytes.open(file)) {
      if (bytes.size() > MAX_BYTES) {
        throw new DescriptorException(
            file, 1, "the file has %d bytes, at most %d".formatted(bytes.size(), MAX_BYTES));
      }
      byte[] content = bytes.read(0, (int) bytes.size()).array();
      JsonNode json = BoundedJson.parse(bytes, "JSON", content);
      if (!json.isObject()) {
        throw new DescriptorException(file, 1, "there is no JSON object");
      }
      return new FolderConfig(file, "", json);
    } catch (WeightsException e) {
      throw new DescriptorException(file, 1, String.valueOf(e.getMessage()), e);
    }
  }

  /** Whether the key is there, and not null. */
  boolean has(String key) {
    return json.hasNonNull(key);
  }

  /** The object under a key; itself if there is none. */
  FolderConfig inside(String key) {
    return json.path(key).isObject()
        ? new FolderConfig(file, place + key + ".", json.get(key))
        : this;
  }

  List<String> keys() {
    return json.properties().stream().map(entry -> entry.getKey()).toList();
  }

  String text(String key, @Nullable String otherwise) {
    JsonNode value = json.path(key);
    if (value.isString()) {
      return value.stringValue();
    }
    if (otherwise != null && !has(key)) {
      return otherwise;
    }
    throw mistake(key, "must be a string");
  }

  boolean flag(String key, boolean otherwise) {
    JsonNode value = json.path(key);
    if (!has(key)) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw mistake(key, "must be true or false");
    }
    return value.booleanValue();
  }

  double number(String key, double otherwise, double least, double most) {
    return has(key) ? number(key, json.get(key), least, most) : otherwise;
  }

  /** Numbers of a list. */
  List<Double> numbers(String key, int count, double least, double most) {
    JsonNode list = json.path(key);
    if (!list.isArray() || list.isEmpty() || list.size() > count) {
      throw mistake(key, "must be a list of 1 to %d numbers".formatted(count));
    }
    List<Double> numbers = new ArrayList<>();
    IntStream.range(0, list.size())
        .forEach(i -> numbers.add(number(key, list.get(i), least, most)));
    return numbers;
  }

  private double number(String key, JsonNode value, double least, double most) {
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(number >= least && number <= most)) {
      throw mistake(key, "must be a number from %s to %s".formatted(least, most));
    }
    return number;
  }

  /** A mistake at a key. */
  DescriptorException mistake(String key, String what) {
    return new DescriptorException(file, 1, "%s%s %s".formatted(place, key, what));
  }
}
