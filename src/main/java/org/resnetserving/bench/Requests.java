package org.resnetserving.bench;

import com.google.protobuf.ByteString;
import inference.ModelInferRequest;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Requests as they go over the wire, made once.
 *
 * @param path that pictures are sent to
 * @param field of a form that a picture is sent in; empty sends it bare
 * @param deadline seconds that the client says it waits
 * @param model that is asked over gRPC; empty over HTTP
 */
record Requests(String path, String field, double deadline, String model) {
  /** The service's own. */
  static final String CLASSIFY = "/v1/classify";

  /** The field of the service's own form. */
  static final String IMAGE = "image";

  private static final String BOUNDARY = "a-boundary-that-no-picture-holds";

  /** As the options want them. */
  static Requests of(BenchOptions options) {
    URI url = options.url();
    String path = CLASSIFY;
    if (url != null && options.isPeer()) {
      path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
    }
    return new Requests(
        path,
        options.form() ? options.field() : "",
        options.deadline(),
        options.isGrpc() ? options.model() : "");
  }

  /** One for each picture, in memory that sockets read without a copy. */
  List<ByteBuffer> of(List<byte[]> pictures) {
    return pictures.stream().map(model.isEmpty() ? this::classify : this::infer).toList();
  }

  /** What stands before a picture in a tensor of BYTES. */
  private static byte[] length(byte[] picture) {
    return ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(picture.length)
        .array();
  }

  /** As BYTES: each picture behind its length. */
  private ByteBuffer infer(byte[] picture) {
    byte[] length = length(picture);
    return direct(
        ModelInferRequest.newBuilder()
            .setModelName(model)
            .addInputs(
                ModelInferRequest.InferInputTensor.newBuilder()
                    .setName("input")
                    .setDatatype("BYTES")
                    .addShape(1))
            .addRawInputContents(ByteString.copyFrom(length).concat(ByteString.copyFrom(picture)))
            .build()
            .toByteArray());
  }

  private ByteBuffer classify(byte[] picture) {
    boolean form = !field.isEmpty();
    String before =
        form
            ? "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"picture.jpg\"\r\n"
                    .formatted(BOUNDARY, field)
                + "Content-Type: image/jpeg\r\n\r\n"
            : "";
    String after = form ? "\r\n--%s--\r\n".formatted(BOUNDARY) : "";
    String head =
        "POST %s HTTP/1.1\r\nHost: bench\r\nRequest-Timeout: %s\r\n".formatted(path, deadline)
            // The body is the picture, in the Open Inference Protocol.
            + (path.startsWith("/v2/") ? "Inference-Header-Content-Length: 0\r\n" : "")
            + "Content-Type: %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(
                    form ? "multipart/form-data; boundary=" + BOUNDARY : "image/jpeg",
                    before.length() + picture.length + after.length());
    return direct(ascii(head + before), picture, ascii(after));
  }

  /** A request for what there is at that path. */
  static ByteBuffer get(URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return direct(ascii("GET " + path + " HTTP/1.1\r\nHost: bench\r\n\r\n"));
  }

  /**
   * A request of the Open Inference Protocol, as Triton's client sends pictures: JSON, and behind
   * it a binary tensor. Its answer is JSON alone.
   */
  static ByteBuffer tensor(String model, double deadline, byte[] picture) {
    byte[] header =
        ascii(
            ("{\"inputs\":[{\"name\":\"input\",\"datatype\":\"BYTES\",\"shape\":[1],"
                    + "\"parameters\":{\"binary_data_size\":%d}}]}")
                .formatted(Integer.BYTES + picture.length));
    String head =
        "POST /v2/models/%s/infer HTTP/1.1\r\nHost: bench\r\nRequest-Timeout: %s\r\n"
                .formatted(model, deadline)
            + "Content-Type: application/octet-stream\r\nContent-Length: %d\r\n"
                .formatted(header.length + Integer.BYTES + picture.length)
            + "Inference-Header-Content-Length: %d\r\n\r\n".formatted(header.length);
    return direct(ascii(head), header, length(picture), picture);
  }

  /** A request that sends JSON. */
  static ByteBuffer post(String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return direct(
        ascii(
            "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                .formatted(path, body.length)),
        body);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static ByteBuffer direct(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(length);
    for (byte[] part : parts) {
      buffer.put(part);
    }
    return buffer.flip();
  }
}
