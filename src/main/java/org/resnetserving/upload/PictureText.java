package org.resnetserving.upload;

import java.io.Writer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * A picture that comes as text, in pieces: a {@code data:} URI (RFC 2397) in base64, or base64 by
 * itself. It is decoded as it comes, and never held. What is wrong with it is its own failure: the
 * rest of it is passed over.
 */
final class PictureText extends Writer {
  /** The colon of a URI stands within so many characters; base64 has none. */
  private static final int LONGEST_SCHEME = 8;

  private static final int LONGEST_MEDIA_TYPE = 256;

  /** How a picture is sent in JSON. */
  static final String ADVICE =
      "Send {\"b64\": \"…\"} or \"data:image/jpeg;base64,…\" with the picture in base64.";

  private final boolean bare;
  private final PictureBytes bytes;
  private final Base64Bytes base64;
  private final StringBuilder beginning = new StringBuilder();
  private boolean began;
  private boolean uri;
  private @Nullable ProblemException problem;

  /**
   * @param bare whether base64 by itself is taken
   * @param bytes where the picture's bytes go
   */
  PictureText(boolean bare, PictureBytes bytes) {
    this.bare = bare;
    this.bytes = bytes;
    this.base64 = new Base64Bytes(bytes);
  }

  /**
   * Takes the next piece.
   *
   * @throws ProblemException (OVERLOADED, REQUEST_TOO_LARGE) for what is not this picture's failure
   */
  @Override
  public void write(char[] text, int from, int length) {
    attempt(
        () -> {
          int i = from;
          while (!began && i < from + length) {
            begin(text[i++]);
          }
          base64.add(text, i, from + length - i);
        });
  }

  @Override
  public void flush() {}

  /** Takes the end. */
  @Override
  public void close() {
    attempt(
        () -> {
          if (uri && !began) {
            throw refused("It begins as a data: URI and has no comma.");
          }
          if (!began && !beginning.isEmpty()) {
            beginBare();
          }
          base64.end();
        });
  }

  /** What was wrong with it; null if nothing was. */
  @Nullable ProblemException problem() {
    return problem;
  }

  private void attempt(Runnable step) {
    if (problem != null) {
      return;
    }
    try {
      step.run();
    } catch (ProblemException e) {
      if (!e.type().concernsPicture()) {
        throw e;
      }
      problem = e;
      bytes.discard();
    }
  }

  private void begin(char character) {
    beginning.append(character);
    if (uri && character == ',') {
      beginData();
    } else if (!uri && character == ':') {
      uri = true;
      if (!beginning.toString().equalsIgnoreCase("data:")) {
        throw refused("A picture by its URL is not taken.");
      }
    } else if (beginning.length() > (uri ? LONGEST_MEDIA_TYPE : LONGEST_SCHEME)) {
      if (uri) {
        throw refused(
            "It begins as a data: URI and has no comma within %d characters."
                .formatted(LONGEST_MEDIA_TYPE));
      }
      beginBare();
    }
  }

  private void beginData() {
    String type = beginning.substring(0, beginning.length() - 1);
    if (!type.toLowerCase(Locale.ROOT).endsWith(";base64")) {
      throw refused("Of data: URIs, those in base64 are taken.");
    }
    began = true;
  }

  private void beginBare() {
    if (!bare) {
      throw refused("It is a text and no data: URI.");
    }
    began = true;
    for (int i = 0; i < beginning.length(); i++) {
      base64.add(beginning.charAt(i));
    }
  }

  private static ProblemException refused(String why) {
    return new ProblemException(ProblemType.IMAGE_UNSUPPORTED, why + " " + ADVICE);
  }
}
