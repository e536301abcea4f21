package org.resnetserving.upload;

import java.util.List;
import java.util.Locale;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** How a body is compressed (RFC 9110, section 8.4.1). */
enum ContentCoding {
  /** Not at all. */
  IDENTITY,
  /** RFC 1952: one member or several. */
  GZIP,
  /** RFC 1950, zlib; RFC 1951 without zlib's header is what some clients send instead. */
  DEFLATE;

  /**
   * What the header {@code Content-Encoding} says.
   *
   * @param headers its values; none where it is absent
   * @throws ProblemException (ENCODING_UNSUPPORTED) for another coding, or several
   */
  static ContentCoding of(List<String> headers) {
    String said = String.join(", ", headers).strip();
    return switch (said.toLowerCase(Locale.ROOT)) {
      case "", "identity" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default ->
          throw new ProblemException(
              ProblemType.ENCODING_UNSUPPORTED,
              "Content-Encoding '%s' is not taken: send the body as it is, or in gzip or deflate alone."
                  .formatted(ProblemException.shortened(said)));
    };
  }
}
