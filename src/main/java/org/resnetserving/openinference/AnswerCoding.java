package org.resnetserving.openinference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

/** How an answer is compressed: by what the client accepts (RFC 9110, section 12.5.3). */
enum AnswerCoding {
  GZIP,
  /** RFC 1950: with zlib's header. */
  DEFLATE,
  IDENTITY;

  /** The first of these that the header {@code Accept-Encoding} names and does not rule out. */
  static AnswerCoding of(@Nullable List<String> accepted) {
    for (AnswerCoding coding : List.of(GZIP, DEFLATE)) {
      if (accepted != null && accepted.stream().anyMatch(coding::isNamed)) {
        return coding;
      }
    }
    return IDENTITY;
  }

  private boolean isNamed(String one) {
    String[] parts = one.toLowerCase(Locale.ROOT).replace(" ", "").split(";", 2);
    return parts[0].equals(label()) && (parts.length == 1 || !parts[1].matches("q=0(\\.0*)?"));
  }

  private String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Says so in the headers. */
  void describe(ResponseEntity.BodyBuilder response) {
    response.header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (this != IDENTITY) {
      response.header(HttpHeaders.CONTENT_ENCODING, label());
    }
  }

  /** The bytes, compressed so. */
  byte[] apply(byte[] bytes) throws IOException {
    if (this == IDENTITY) {
      return bytes;
    }
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out =
        this == GZIP ? new GZIPOutputStream(compressed) : new DeflaterOutputStream(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }
}
