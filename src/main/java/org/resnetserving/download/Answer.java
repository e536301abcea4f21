package org.resnetserving.download;

import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says, after all redirects.
 *
 * @param response its last answer
 * @param told the SHA-256 that a hop of the source's own host told; empty without
 */
record Answer(HttpResponse<Body> response, String told) implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

  int status() {
    return response.statusCode();
  }

  String header(String name) {
    return response.headers().firstValue(name).orElse("").strip();
  }

  /** The ETag, if it promises the same bytes and not just the same meaning; else empty. */
  String strongEtag() {
    String etag = header("ETag");
    return etag.matches("\"[^\"]{1,500}\"") ? etag : "";
  }

  /** Bytes of the body; −1 where the server does not say. */
  long length() {
    String length = header("Content-Length");
    return length.matches("\\d{1,18}") ? Long.parseLong(length) : -1;
  }

  /** Bytes of the whole file, if this is all of it from an offset on; else −1. */
  long totalFrom(long offset) {
    Matcher range = RANGE.matcher(header("Content-Range"));
    if (!range.matches()) {
      return -1;
    }
    long total = Long.parseLong(range.group(3));
    boolean rest =
        Long.parseLong(range.group(1)) == offset && Long.parseLong(range.group(2)) == total - 1;
    boolean agrees = length() < 0 || length() == total - offset;
    return rest && agrees ? total : -1;
  }

  Body body() {
    return response.body();
  }

  @Override
  public void close() {
    response.body().close();
  }
}
