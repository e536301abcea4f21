package org.resnetserving.upload;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * The pictures of one request, as they come one after the other. One that is too large or empty is
 * its own failure; too many, or too many bytes in all, are the request's.
 */
final class Pictures {
  private final UploadLimits limits;
  private final MemoryClaim memory;
  private final List<UploadedPicture> list = new ArrayList<>();
  private long bytes;

  /**
   * @param memory that they take
   */
  Pictures(UploadLimits limits, MemoryClaim memory) {
    this.limits = limits;
    this.memory = memory;
  }

  /** Those that came, in their order. */
  List<UploadedPicture> list() {
    return list;
  }

  /**
   * The bytes of the one that comes now.
   *
   * @throws ProblemException (REQUEST_TOO_LARGE) if there are as many as there may be
   */
  PictureBytes next() {
    requirePlace();
    long left = limits.maxTotal() - bytes;
    return new PictureBytes(
        -1,
        Math.min(limits.maxBytes(), left),
        () ->
            left < limits.maxBytes()
                ? tooLarge(
                    "The pictures of a request may have %,d bytes together, and have more"
                        .formatted(limits.maxTotal()))
                : PictureBytes.tooLarge(limits.maxBytes(), "more were sent"),
        memory);
  }

  /** Takes one out of a stream, to its end unless it is too large. */
  void take(String field, InputStream content) throws IOException {
    PictureBytes picture = next();
    try {
      picture.addAll(content);
      add(field, picture);
    } catch (ProblemException e) {
      if (e.type() != ProblemType.IMAGE_TOO_LARGE) {
        throw e;
      }
      picture.discard();
      add(UploadedPicture.failed(field, e));
    }
  }

  /** Adds one that is complete. */
  void add(String field, PictureBytes picture) {
    byte[] finished = picture.finished();
    bytes += finished.length;
    add(
        finished.length == 0
            ? UploadedPicture.failed(field, empty())
            : UploadedPicture.of(field, finished));
  }

  /**
   * Adds one.
   *
   * @throws ProblemException (REQUEST_TOO_LARGE) if there are as many as there may be
   */
  void add(UploadedPicture picture) {
    requirePlace();
    list.add(picture);
  }

  private void requirePlace() {
    if (list.size() == limits.maxPictures()) {
      throw tooLarge(
          "A request may have %d pictures, and has more".formatted(limits.maxPictures()));
    }
  }

  /** The refusal of a picture without bytes. */
  static ProblemException empty() {
    return new ProblemException(
        ProblemType.IMAGE_MISSING, "The picture is empty: no byte was sent.");
  }

  /** The refusal of a request that has more of something than it may have. */
  static ProblemException tooLarge(String what) {
    return new ProblemException(
        ProblemType.REQUEST_TOO_LARGE, what + ". Send several requests, or smaller ones.");
  }

  /** The refusal of a body that has more bytes than its pictures and parameters may have. */
  static ProblemException tooManyBytes(long most) {
    return tooLarge("A request's body may have %,d bytes in all, and has more".formatted(most));
  }
}
