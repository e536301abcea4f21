package org.resnetserving.serving;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.Decoded;
import org.resnetserving.image.Preset;
import org.resnetserving.problem.ProblemException;

/**
 * The pictures of one request to several models: each is decoded once for all of them that want the
 * same made of it, as long as there is memory to keep it in. Not thread-safe: it belongs to its
 * request, which closes it.
 */
final class DecodedOnce implements AutoCloseable {
  /** For a request to one model: nothing is held longer than its run takes. */
  static final DecodedOnce NEVER = new DecodedOnce(null);

  private final @Nullable Map<Making, List<Decoded>> made;
  private final List<Permit> kept = new ArrayList<>();

  private DecodedOnce(@Nullable Map<Making, List<Decoded>> made) {
    this.made = made;
  }

  /** For the pictures of a request. */
  static DecodedOnce ofRequest() {
    return new DecodedOnce(new HashMap<>());
  }

  /**
   * What is made of a picture, and how.
   *
   * @param input the picture: the same object, since arrays are compared so
   */
  record Making(Input input, Preset preset, DecodeMode mode, boolean tenViews) {}

  /**
   * The views of a picture, made unless they are there.
   *
   * @param memory for those that are kept
   */
  List<Decoded> views(Making making, Permits memory, Supplier<List<Decoded>> decode) {
    if (made == null) {
      return decode.get();
    }
    List<Decoded> views = made.get(making);
    if (views == null) {
      views = decode.get();
      if (takes(memory, views)) {
        made.put(making, views);
      }
    }
    return views;
  }

  /** Claims the memory that they take for as long as they are kept; false if there is none. */
  private boolean takes(Permits memory, List<Decoded> views) {
    long bytes = views.stream().mapToLong(view -> view.pixels().length).sum();
    try {
      kept.add(memory.acquire(Math.max(1, bytes)));
      return true;
    } catch (ProblemException e) {
      return false; // it is decoded again
    }
  }

  @Override
  public void close() {
    kept.forEach(Permit::close);
  }
}
