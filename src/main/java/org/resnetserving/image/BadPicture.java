package org.resnetserving.image;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** The ways in which an upload is not a picture we can read, each told with what to do about it. */
final class BadPicture {
  private BadPicture() {}

  /** A format that is not read, or not here. */
  static ProblemException notTaken(String what, ImageLimits limits) {
    return new ProblemException(
        ProblemType.IMAGE_UNSUPPORTED,
        "%s Pictures in %s are read: convert it to one of these."
            .formatted(
                what, limits.formats().stream().map(Enum::name).collect(Collectors.joining(", "))));
  }

  /** A kind of a format that is not read. */
  static ProblemException unsupported(String what) {
    return new ProblemException(
        ProblemType.IMAGE_UNSUPPORTED,
        what + " Save it with usual settings, or convert it to another format.");
  }

  static ProblemException zeroSized(PictureFormat format, long width, long height) {
    return new ProblemException(
        ProblemType.IMAGE_ZERO_SIZED,
        "The %s claims to be %d x %d pixels: send one with at least one pixel."
            .formatted(format, width, height));
  }

  static ProblemException tooManyPixels(
      PictureFormat format, long width, long height, ImageLimits limits) {
    return new ProblemException(
        ProblemType.IMAGE_TOO_MANY_PIXELS,
        "The %s claims %d x %d pixels, more than the %d that are allowed: send a smaller one."
            .formatted(format, width, height, limits.maxPixels()));
  }

  static ProblemException tooLong(PictureFormat format, long width, long height) {
    return new ProblemException(
        ProblemType.IMAGE_TOO_MANY_PIXELS,
        "The %s claims %d x %d pixels, and a side may have %d: cut it."
            .formatted(format, width, height, ImageLimits.MAX_SIDE));
  }

  static ProblemException tooComplex(PictureFormat format, String what) {
    return new ProblemException(
        ProblemType.IMAGE_TOO_COMPLEX,
        "The %s asks for too much work: %s. Save it again with usual settings."
            .formatted(format, what));
  }

  static ProblemException truncated(PictureFormat format, String where) {
    return new ProblemException(
        ProblemType.IMAGE_TRUNCATED,
        "The %s ends too early: %s. Was the upload cut short? Send the whole file."
            .formatted(format, where));
  }

  static ProblemException corrupt(PictureFormat format, String what) {
    return corrupt(format, what, null);
  }

  static ProblemException corrupt(PictureFormat format, String what, @Nullable Throwable cause) {
    return new ProblemException(
        ProblemType.IMAGE_CORRUPT,
        "The %s is corrupt: %s. Check that it opens elsewhere, and save it again."
            .formatted(format, what),
        cause);
  }
}
