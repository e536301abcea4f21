package org.resnetserving.serving;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.Decoded;
import org.resnetserving.image.Preset;

/**
 * The pictures of one request to several models: each is decoded once for all of them that want the
 * same made of it. Not thread-safe: it belongs to its request.
 */
final class DecodedOnce {
  /** For a request to one model: nothing is held longer than its run takes. */
  static final DecodedOnce NEVER = new DecodedOnce(null);

  private final @Nullable Map<Making, List<Decoded>> made;

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

  /** The views of a picture, made unless they are there. */
  List<Decoded> views(Making making, Supplier<List<Decoded>> decode) {
    if (made == null) {
      return decode.get();
    }
    List<Decoded> views = made.get(making);
    if (views == null) {
      views = decode.get();
      made.put(making, views);
    }
    return views;
  }
}
