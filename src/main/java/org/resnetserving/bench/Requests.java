package org.resnetserving.bench;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Requests as they go over the wire, made once. */
final class Requests {
  private static final String BOUNDARY = "a-boundary-that-no-picture-holds";

  private Requests() {}

  /** One for each picture, in memory that sockets read without a copy. */
  static List<ByteBuffer> classify(List<byte[]> pictures, boolean form, double deadline) {
    return pictures.stream().map(picture -> classify(picture, form, deadline)).toList();
  }

  private static ByteBuffer classify(byte[] picture, boolean form, double deadline) {
    String before =
        form
            ? "--%s\r\nContent-Disposition: form-data; name=\"image\"; filename=\"picture.jpg\"\r\n"
                    .formatted(BOUNDARY)
                + "Content-Type: image/jpeg\r\n\r\n"
            : "";
    String after = form ? "\r\n--%s--\r\n".formatted(BOUNDARY) : "";
    String head =
        "POST /v1/classify HTTP/1.1\r\nHost: bench\r\nRequest-Timeout: %s\r\n".formatted(deadline)
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
