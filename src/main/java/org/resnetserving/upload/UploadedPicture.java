package org.resnetserving.upload;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;

/**
 * A picture as it was sent, or what was wrong with the way it was sent. Nobody has looked into it.
 */
public final class UploadedPicture {
  private final String field;
  private final byte @Nullable [] bytes;
  private final @Nullable ProblemException problem;

  private UploadedPicture(
      String field, byte @Nullable [] bytes, @Nullable ProblemException problem) {
    this.field = field;
    this.bytes = bytes;
    this.problem = problem;
  }

  /** A picture; the bytes are not copied. */
  static UploadedPicture of(String field, byte[] bytes) {
    return new UploadedPicture(field, bytes, null);
  }

  /** A picture that did not come through. */
  static UploadedPicture failed(String field, ProblemException problem) {
    return new UploadedPicture(field, null, problem);
  }

  /**
   * Where it stood: the field of a form, or a place in JSON such as {@code images[2]}; empty where
   * the body itself is the picture.
   */
  public String field() {
    return field;
  }

  /**
   * The bytes of its file; not a copy.
   *
   * @throws ProblemException if it did not come through: (IMAGE_MISSING, IMAGE_TOO_LARGE,
   *     IMAGE_CORRUPT, IMAGE_UNSUPPORTED, URL_NOT_ALLOWED, URL_FETCH_FAILED)
   */
  public byte[] bytes() {
    if (bytes == null) {
      throw problem().orElseThrow();
    }
    return bytes;
  }

  /**
   * The picture as something else.
   *
   * @param whole makes it of the bytes
   * @param broken makes it of what was wrong
   */
  public <T> T as(Function<byte[], T> whole, Function<ProblemException, T> broken) {
    return bytes != null ? whole.apply(bytes) : broken.apply(problem().orElseThrow());
  }

  /** Why there are no bytes; empty where there are. */
  public Optional<ProblemException> problem() {
    return Optional.ofNullable(problem);
  }
}
