package org.resnetserving.openinference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * An input as JSON describes it. Its data are read when datatype and shape are known, so that no
 * more is made room for than these say: at once where they come first, and else afterwards from the
 * same bytes.
 */
final class JsonInput {
  private final Bounds bounds;
  private String name = "";
  private String datatype = "";
  private @Nullable Shape shape;
  private Parameters parameters = Parameters.NONE;
  private @Nullable Tensor read;

  /** Where in the JSON its data begin; negative where it has none. */
  private int dataAt = -1;

  JsonInput(Bounds bounds) {
    this.bounds = bounds;
  }

  void member(String member, JsonParser json) {
    switch (member) {
      case "name" -> name = JsonRequest.text(json, member);
      case "datatype" -> datatype = JsonRequest.text(json, member);
      case "shape" -> shape = shape(json);
      case "parameters" -> parameters = JsonRequest.parameters(json);
      case "data" -> data(json);
      default -> json.skipChildren();
    }
  }

  private static Shape shape(JsonParser json) {
    List<Long> sizes = new ArrayList<>();
    JsonRequest.array(
        json,
        "shape",
        Bounds.MAX_DIMENSIONS,
        () -> {
          if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw Tensor.invalid("'shape' must hold whole numbers.");
          }
          sizes.add(json.getLongValue());
        });
    return new Shape(sizes);
  }

  private void data(JsonParser json) {
    if (dataAt >= 0) {
      throw Tensor.invalid(name, "has its data twice");
    }
    dataAt = (int) json.currentTokenLocation().getByteOffset();
    if (shape == null || datatype.isEmpty()) {
      json.skipChildren();
    } else {
      read = read(json);
    }
  }

  /**
   * The tensor.
   *
   * @param rest binary data, of which it takes its own
   * @param alone whether there is no other input: all binary data are its own, said or not
   * @param parsers reads on from a place in the JSON
   */
  Tensor tensor(ByteBuffer rest, boolean alone, IntFunction<JsonParser> parsers) {
    OptionalLong size = parameters.whole(Parameters.BINARY_DATA_SIZE, Integer.MAX_VALUE);
    if (dataAt < 0) {
      return unpacked(rest, size.isEmpty() && alone ? rest.remaining() : size.orElse(-1));
    }
    if (size.isPresent()) {
      throw Tensor.invalid(name, "has both 'data' and %s".formatted(Parameters.BINARY_DATA_SIZE));
    }
    if (read != null) {
      return read;
    }
    try (JsonParser json = parsers.apply(dataAt)) {
      json.nextToken();
      return read(json);
    }
  }

  private Tensor unpacked(ByteBuffer rest, long size) {
    if (size < 0 || (size == 0 && !rest.hasRemaining())) {
      throw Tensor.invalid(
          name, "has neither 'data' nor the parameter %s".formatted(Parameters.BINARY_DATA_SIZE));
    }
    if (size > rest.remaining()) {
      throw Tensor.invalid(
          name,
          "says in %s that it has %,d bytes, but %,d are left"
              .formatted(Parameters.BINARY_DATA_SIZE, size, rest.remaining()));
    }
    ByteBuffer own = rest.slice(rest.position(), (int) size);
    rest.position(rest.position() + (int) size);
    return Tensor.unpack(name, Datatype.of(datatype, name), shape(), own, bounds);
  }

  private Shape shape() {
    if (shape == null) {
      throw Tensor.invalid(name, "has no shape");
    }
    return shape;
  }

  private Tensor read(JsonParser json) {
    Datatype type = Datatype.of(datatype, name);
    if (type == Datatype.BYTES) {
      throw Tensor.invalid(
          name,
          "has BYTES as JSON, which is text and holds no picture. Send them as binary data, or the picture as the body: curl --data-binary @picture.jpg -H '%s: 0'"
              .formatted(RestRequest.JSON_LENGTH));
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw Tensor.invalid(name, "must have an array as its data");
    }
    long elements = shape().elements(name, bounds.maxElements());
    bounds.memory().accept(elements * type.size());
    ByteBuffer data =
        ByteBuffer.allocate(Math.toIntExact(elements * type.size())).order(ByteOrder.LITTLE_ENDIAN);
    for (int depth = 1; depth > 0; ) {
      JsonToken token = json.nextToken();
      if (token == JsonToken.START_ARRAY) {
        depth++;
      } else if (token == JsonToken.END_ARRAY) {
        depth--;
      } else {
        number(json, type, data);
      }
    }
    if (data.hasRemaining()) {
      throw Tensor.invalid(
          name,
          "has the shape %s, which is %,d elements, but its data are %,d"
              .formatted(shape(), elements, data.position() / type.size()));
    }
    return new Tensor(name, type, shape(), List.of(data.flip()));
  }

  private void number(JsonParser json, Datatype type, ByteBuffer data) {
    if (!json.currentToken().isNumeric()) {
      throw Tensor.invalid(name, "must have numbers as its data");
    }
    if (!data.hasRemaining()) {
      throw Tensor.invalid(name, "has the shape %s, but more data".formatted(shape()));
    }
    if (type == Datatype.FP32) {
      data.putFloat(json.getFloatValue());
      return;
    }
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
        || json.getIntValue() < 0
        || json.getIntValue() > 255) {
      throw Tensor.invalid(
          name, "is UINT8, 0 to 255, but holds %s".formatted(Tensor.quoted(json.getString())));
    }
    data.put((byte) json.getIntValue());
  }
}
