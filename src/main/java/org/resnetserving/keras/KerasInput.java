package org.resnetserving.keras;

import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.FileBytes;
import tools.jackson.databind.JsonNode;

/**
 * What a model takes.
 *
 * @param side rows and columns of its pictures; null where any will do
 * @param isChannelsFirst whether channels come before rows in its configuration
 */
record KerasInput(@Nullable Integer side, boolean isChannelsFirst) {

  static KerasInput of(FileBytes file, JsonNode model, int channels) {
    JsonNode config = model.path("config");
    JsonNode layers = config.isArray() ? config : config.path("layers");
    boolean channelsFirst = "channels_first".equals(dataFormat(layers, 0));
    JsonNode shape = shape(model, config, layers);
    int rows = shape.path(channelsFirst ? 2 : 1).asInt(0);
    int columns = shape.path(channelsFirst ? 3 : 2).asInt(0);
    if (shape.size() != 4 || shape.path(channelsFirst ? 1 : 3).asInt(0) != channels) {
      throw file.refuse(
          "takes an input of shape %s, and the preset gives pictures of %d channels"
              .formatted(FileBytes.printable(shape.toString()), channels));
    }
    if (rows > 0 && columns > 0 && rows != columns) {
      throw file.refuse("takes pictures of %d×%d; only square ones".formatted(rows, columns));
    }
    return new KerasInput(rows > 0 && columns > 0 ? (Integer) rows : null, channelsFirst);
  }

  /** Of the first layer that has one, in models inside the model too. */
  private static @Nullable String dataFormat(JsonNode layers, int depth) {
    for (JsonNode layer : layers) {
      JsonNode config = layer.path("config");
      if (config.path("data_format").isString()) {
        return config.path("data_format").stringValue();
      }
      if (KerasGraph.isModel(layer.path("class_name").asString(""))
          && depth < KerasGraph.MAX_MODELS) {
        String inside = dataFormat(config.isArray() ? config : config.path("layers"), depth + 1);
        if (inside != null) {
          return inside;
        }
      }
    }
    return null;
  }

  private static JsonNode shape(JsonNode model, JsonNode config, JsonNode layers) {
    for (JsonNode layer : layers) {
      for (String key : new String[] {"batch_shape", "batch_input_shape"}) {
        JsonNode shape = layer.path("config").path(key);
        if (shape.isArray()) {
          return shape;
        }
      }
    }
    JsonNode shape = config.path("build_input_shape");
    return shape.isArray() ? shape : model.path("build_config").path("input_shape");
  }
}
