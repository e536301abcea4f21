package org.resnetserving.openinference;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a request to {@code /infer}: JSON, JSON with binary tensors behind it, or one
 * input as it is. After Triton's <i>Binary Tensor Data Extension</i>.
 */
final class RestRequest {
  /** How many bytes of the body are JSON; the rest is tensors. */
  static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private RestRequest() {}

  /**
   * Reads a body.
   *
   * @param jsonLength the header {@link #JSON_LENGTH}; null where it is absent
   * @param onlyInput name of the input that a body without JSON is
   * @throws org.resnetserving.problem.ProblemException (JSON_MALFORMED, TENSOR_INVALID,
   *     PARAMETER_INVALID, and what the bounds' memory throws)
   */
  static InferRequest read(
      byte[] body, @Nullable String jsonLength, String onlyInput, Bounds bounds) {
    if (jsonLength == null) {
      return JsonRequest.read(body, body.length, bounds);
    }
    int length = length(jsonLength, body.length);
    if (length == 0) {
      return picture(body, onlyInput);
    }
    if (length < body.length && length > Bounds.MAX_HEADER) {
      throw Tensor.invalid(
          "Before binary tensors, JSON may have %,d bytes, but %s is %,d."
              .formatted(Bounds.MAX_HEADER, JSON_LENGTH, length));
    }
    return JsonRequest.read(body, length, bounds);
  }

  private static InferRequest picture(byte[] body, String name) {
    if (body.length == 0) {
      throw Tensor.invalid(
          "The body is empty; where %s is 0, it is the picture.".formatted(JSON_LENGTH));
    }
    return new InferRequest(
        "",
        new Parameters(Map.of(Parameters.BINARY_DATA_OUTPUT, true)),
        List.of(new Tensor(name, Datatype.BYTES, Shape.of(1), List.of(ByteBuffer.wrap(body)))),
        List.of());
  }

  private static int length(String header, int most) {
    String value = header.strip();
    if (value.matches("[0-9]{1,9}")) {
      int length = Integer.parseInt(value);
      if (length <= most) {
        return length;
      }
    }
    throw Tensor.invalid(
        "%s must be 0 to %,d, the length of the body, but is '%s'. It counts the bytes of the JSON, before any Content-Encoding."
            .formatted(JSON_LENGTH, most, Tensor.quoted(value)));
  }
}
