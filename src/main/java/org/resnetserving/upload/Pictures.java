package org.resnetserving.upload;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.resnetserving.admission.Deadline;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.remote.RemotePictures;

/**
 * The pictures of one request, as they come one after the other. One that is too large, empty or
 * not to be fetched is its own failure; too many, or too many bytes in all, are the request's.
 */
final class Pictures {
  private final UploadLimits limits;
  private final MemoryClaim memory;
  private final List<UploadedPicture> list = new ArrayList<>();
  private final List<Awaited> awaited = new ArrayList<>();
  private long bytes;

  /**
   * @param memory that they take
   */
  Pictures(UploadLimits limits, MemoryClaim memory) {
    this.limits = limits;
    this.memory = memory;
  }

  /** One that is to be fetched, and its place among them all. */
  private record Awaited(int index, String field, String url) {}

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
    return coming();
  }

  private PictureBytes coming() {
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
    add(complete(field, picture));
  }

  private UploadedPicture complete(String field, PictureBytes picture) {
    byte[] finished = picture.finished();
    bytes += finished.length;
    return finished.length == 0
        ? UploadedPicture.failed(field, empty())
        : UploadedPicture.of(field, finished);
  }

  /** Adds one that {@link #fetch} is to fetch. */
  void add(String field, String url) {
    awaited.add(new Awaited(list.size(), field, url));
    add(UploadedPicture.failed(field, empty()));
  }

  /**
   * Fetches those that are named by their URL, one after the other.
   *
   * @param deadline of the request
   * @throws ProblemException (REQUEST_TOO_LARGE, OVERLOADED, DEADLINE_EXCEEDED, SHUTTING_DOWN)
   */
  void fetch(RemotePictures remote, Deadline deadline) {
    for (Awaited one : awaited) {
      list.set(one.index(), fetched(one, remote, deadline));
    }
    awaited.clear();
  }

  private UploadedPicture fetched(Awaited one, RemotePictures remote, Deadline deadline) {
    PictureBytes picture = coming();
    try {
      remote.fetch(
          one.url(),
          deadline,
          (announced, body) -> {
            if (announced > limits.maxBytes()) {
              throw PictureBytes.tooLarge(
                  limits.maxBytes(), "%,d were announced".formatted(announced));
            }
            picture.addAll(body);
          });
      return complete(one.field(), picture);
    } catch (ProblemException e) {
      if (!e.type().concernsPicture()) {
        throw e;
      }
      picture.discard();
      return UploadedPicture.failed(one.field(), e);
    }
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
