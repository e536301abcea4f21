package org.resnetserving.bench;

import inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.resnetserving.bench.ResponseReader.Response;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Of an answer, what has to be the same each time that the same is asked.
 *
 * @param status HTTP's, or the one that means the same
 * @param values numbers by what they are of: a label, or a place in an output; none where nothing
 *     was classified
 */
record Answer(int status, Map<String, Double> values) {
  private static final JsonMapper JSON = new JsonMapper();

  static Answer of(Response response) {
    Map<String, Double> values = new LinkedHashMap<>();
    if (response.body().startsWith("{")) {
      JsonNode body = JSON.readTree(response.body());
      for (JsonNode prediction : body.path("predictions")) {
        values.put(prediction.path("label").asString(), prediction.path("probability").asDouble());
      }
      for (JsonNode output : body.path("outputs")) {
        for (JsonNode value : output.path("data")) {
          values.put(
              "%s %d".formatted(output.path("name").asString(), values.size()), number(value));
        }
      }
    }
    return new Answer(response.status(), values);
  }

  /** A tensor may hold words too: they are equal or not. */
  private static double number(JsonNode value) {
    return value.isNumber() ? value.asDouble() : value.asString().hashCode();
  }

  static Answer of(ModelInferResponse response) {
    Map<String, Double> values = new LinkedHashMap<>();
    response
        .getRawOutputContentsList()
        .forEach(
            bytes -> {
              ByteBuffer floats = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
              while (floats.remaining() >= Float.BYTES) {
                values.put("output " + values.size(), (double) floats.getFloat());
              }
            });
    response
        .getOutputsList()
        .forEach(
            output ->
                output
                    .getContents()
                    .getFp32ContentsList()
                    .forEach(value -> values.put("output " + values.size(), (double) value)));
    return new Answer(200, values);
  }

  /**
   * How far it is from another: the largest difference of two numbers that are of the same, as a
   * share of the largest number, or absolutely where that is below 1. What only one of two ranked
   * lists names must be about as small as the last of the other. Infinite where one of them says
   * nothing, or what it is has changed.
   */
  double difference(Answer other) {
    if (status != other.status || values.isEmpty() != other.values.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    double scale = 1;
    for (double value : values.values()) {
      scale = Math.max(scale, Math.abs(value));
    }
    return values.isEmpty() ? 0 : Math.max(beyond(other), other.beyond(this)) / scale;
  }

  private double beyond(Answer other) {
    double least = Collections.min(other.values.values());
    double most = 0;
    for (Map.Entry<String, Double> value : values.entrySet()) {
      Double same = other.values.get(value.getKey());
      double difference =
          same == null ? Math.max(0, value.getValue() - least) : Math.abs(value.getValue() - same);
      // NaN is no answer, and greater than all by this order.
      most = Double.compare(difference, most) > 0 ? difference : most;
    }
    return most;
  }
}
