package org.resnetserving.openinference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.openinference.InferRequest.RequestedOutput;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** Reads the JSON of a request token by token: nothing is held of it but what it may have. */
final class JsonRequest {
  /** Objects and arrays within each other: data may be nested as their shape is. */
  private static final int MAX_DEPTH = Bounds.MAX_DIMENSIONS + 8;

  /** Characters of one number. */
  private static final int MAX_NUMBER = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(Bounds.MAX_TEXT)
                  .maxStringLength(Bounds.MAX_TEXT)
                  .maxNumberLength(MAX_NUMBER)
                  .build())
          // It is UTF-8 (RFC 8259, section 8.1).
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .build();

  private final byte[] body;
  private final int length;
  private final Bounds bounds;
  private final List<JsonInput> inputs = new ArrayList<>();
  private final List<RequestedOutput> outputs = new ArrayList<>();
  private String id = "";
  private Parameters parameters = Parameters.NONE;

  private JsonRequest(byte[] body, int length, Bounds bounds) {
    this.body = body;
    this.length = length;
    this.bounds = bounds;
  }

  /**
   * Reads a request.
   *
   * @param length of the JSON; what follows it in the body are tensors, in the order of the inputs
   */
  static InferRequest read(byte[] body, int length, Bounds bounds) {
    return new JsonRequest(body, length, bounds).read();
  }

  private InferRequest read() {
    try (JsonParser json = parser(0)) {
      json.nextToken();
      object(json, "The request", this::member);
      if (json.nextToken() != null) {
        throw Tensor.invalid(
            "Something follows the end of the JSON. Tensors may, where %s says where they begin."
                .formatted(RestRequest.JSON_LENGTH));
      }
      return new InferRequest(id, parameters, tensors(), outputs);
    } catch (JacksonException e) {
      throw new ProblemException(
          ProblemType.JSON_MALFORMED,
          "The JSON cannot be read: %s.".formatted(e.getOriginalMessage()),
          e);
    }
  }

  private List<Tensor> tensors() {
    ByteBuffer rest = ByteBuffer.wrap(body, length, body.length - length).slice();
    boolean alone = inputs.size() == 1;
    List<Tensor> tensors = new ArrayList<>();
    for (JsonInput input : inputs) {
      tensors.add(input.tensor(rest, alone, this::parser));
    }
    if (rest.hasRemaining()) {
      throw Tensor.invalid(
          "%,d bytes follow the last input. Each binary input says how many are its own, in its parameter %s."
              .formatted(rest.remaining(), Parameters.BINARY_DATA_SIZE));
    }
    return tensors;
  }

  /** Reads on from a place in the JSON. */
  private JsonParser parser(int from) {
    return JSON.createParser(ObjectReadContext.empty(), body, from, length - from);
  }

  private void member(String name, JsonParser json) {
    switch (name) {
      case "id" -> id = text(json, "id");
      case "parameters" -> parameters = parameters(json);
      case "inputs" ->
          array(
              json,
              name,
              Bounds.MAX_TENSORS,
              () -> {
                JsonInput input = new JsonInput(bounds);
                object(json, "An input", input::member);
                inputs.add(input);
              });
      case "outputs" -> array(json, name, Bounds.MAX_TENSORS, () -> outputs.add(output(json)));
      default -> json.skipChildren();
    }
  }

  private static RequestedOutput output(JsonParser json) {
    String[] name = {""};
    Parameters[] parameters = {Parameters.NONE};
    object(
        json,
        "An output",
        (member, value) -> {
          switch (member) {
            case "name" -> name[0] = text(value, "name");
            case "parameters" -> parameters[0] = parameters(value);
            default -> value.skipChildren();
          }
        });
    return new RequestedOutput(name[0], parameters[0]);
  }

  /** What is done with a member of an object. */
  @FunctionalInterface
  interface Member {
    /** The parser stands at the value's first token, and afterwards at its last. */
    void read(String name, JsonParser json);
  }

  static void object(JsonParser json, String what, Member member) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw Tensor.invalid("%s must be a JSON object.".formatted(what));
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      member.read(name, json);
    }
  }

  static void array(JsonParser json, String what, int most, Runnable element) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw Tensor.invalid("'%s' must be a JSON array.".formatted(what));
    }
    for (int count = 0; json.nextToken() != JsonToken.END_ARRAY; count++) {
      if (count == most) {
        throw Tensor.invalid("'%s' may have %d elements, and has more.".formatted(what, most));
      }
      element.run();
    }
  }

  static String text(JsonParser json, String what) {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw Tensor.invalid("'%s' must be a JSON string.".formatted(what));
    }
    return json.getString();
  }

  static Parameters parameters(JsonParser json) {
    Map<String, Object> values = new HashMap<>();
    object(
        json,
        "'parameters'",
        (name, value) -> {
          Object parameter = parameter(name, value);
          if (parameter != null) {
            values.put(name, parameter);
          }
          if (values.size() > Bounds.MAX_PARAMETERS) {
            throw Tensor.invalid(
                "'parameters' may have %d members, and has more.".formatted(Bounds.MAX_PARAMETERS));
          }
        });
    return new Parameters(values);
  }

  private static @Nullable Object parameter(String name, JsonParser json) {
    return switch (json.currentToken()) {
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw notAParameter(name);
    };
  }

  private static ProblemException notAParameter(String name) {
    return Tensor.invalid(
        "Parameter '%s' must be a string, a number or a boolean.".formatted(Tensor.quoted(name)));
  }
}
