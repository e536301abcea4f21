package org.resnetserving.upload;

import java.io.Writer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.remote.RemotePictures;

/**
 * A picture that comes as text, in pieces: a {@code data:} URI (RFC 2397) in base64, base64 by
 * itself, or a URL that it is to be fetched from. Base64 is decoded as it comes, and never held.
 * What is wrong with it is its own failure: the rest of it is passed over.
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
  private boolean remote;
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
          if (remote) {
            return;
          }
          if (uri && !began) {
            throw refused("It begins as a data: URI and has no comma.");
          }
          if (!began && !beginning.isEmpty()) {
            beginBare();
          }
          base64.end();
        });
  }

  /** The URL that it is to be fetched from; null if it came by itself. */
  @Nullable String url() {
    return remote ? beginning.toString() : null;
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
    if (remote) {
      requireShort();
    } else if (uri && character == ',') {
      beginData();
    } else if (!uri && character == ':') {
      beginUri(beginning.toString().toLowerCase(Locale.ROOT));
    } else if (beginning.length() > (uri ? LONGEST_MEDIA_TYPE : LONGEST_SCHEME)) {
      if (uri) {
        throw refused(
            "It begins as a data: URI and has no comma within %d characters."
                .formatted(LONGEST_MEDIA_TYPE));
      }
      beginBare();
    }
  }

  private void beginUri(String scheme) {
    uri = scheme.equals("data:");
    remote = scheme.equals("https:") || scheme.equals("http:");
    if (!uri && !remote) {
      throw refused("Of URLs, those that begin with https: are taken, and data: URIs.");
    }
  }

  private void requireShort() {
    if (beginning.length() > RemotePictures.LONGEST_URL) {
      remote = false;
      throw new ProblemException(
          ProblemType.URL_NOT_ALLOWED,
          "The picture's URL has more than %,d characters.".formatted(RemotePictures.LONGEST_URL));
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
