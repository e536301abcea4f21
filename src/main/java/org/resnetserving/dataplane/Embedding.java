package org.resnetserving.dataplane;

/** Arithmetic of embeddings. */
final class Embedding {
  private Embedding() {}

  /** The same direction at length 1; all zeros stay so. */
  static float[] normalized(float[] features) {
    double squares = 0;
    for (float feature : features) {
      squares += (double) feature * feature;
    }
    double length = Math.sqrt(squares);
    float[] unit = features.clone();
    if (length > 0) {
      for (int i = 0; i < unit.length; i++) {
        unit[i] = (float) (features[i] / length);
      }
    }
    return unit;
  }
}
