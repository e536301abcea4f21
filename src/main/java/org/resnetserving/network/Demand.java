package org.resnetserving.network;

import java.util.List;

/** What layers demand of the values that they read. */
final class Demand {
  private Demand() {}

  /** A value of that many channels. */
  static Shape channels(Layer layer, Shape in, int channels) {
    if (in.channels() != channels) {
      throw new IllegalArgumentException(
          "%s reads %d channels, and %s has %d"
              .formatted(layer.name(), channels, layer.inputs().get(0), in.channels()));
    }
    return in;
  }

  /** Planes, no vector; what is made of them are planes. */
  static boolean planes(Layer layer, List<Boolean> vectors) {
    if (vectors.get(0)) {
      throw new IllegalArgumentException(
          "%s reads planes, and %s is a vector".formatted(layer.name(), layer.inputs().get(0)));
    }
    return false;
  }

  /** Only vectors or only planes: says which. */
  static boolean alike(Layer layer, List<Boolean> vectors) {
    if (vectors.contains(true) && vectors.contains(false)) {
      throw new IllegalArgumentException(
          "%s reads a vector and planes: %s".formatted(layer.name(), layer.inputs()));
    }
    return vectors.get(0);
  }
}
