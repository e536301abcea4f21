package org.resnetserving.engine;

/**
 * One picture as a network reads it, and which answers beside the logits are wanted. Holds the
 * array that it is given: nobody may write to it afterwards.
 */
public final class Crop {
  private final byte[] pixels;
  private final boolean features;
  private final boolean featureMap;

  /**
   * @param pixels 0 to 255 as unsigned bytes, by row, column and channel
   * @param features whether the pooled features are wanted
   * @param featureMap whether the last feature map is wanted
   */
  public Crop(byte[] pixels, boolean features, boolean featureMap) {
    this.pixels = pixels;
    this.features = features;
    this.featureMap = featureMap;
  }

  /** A picture of which only the logits are wanted. */
  public Crop(byte[] pixels) {
    this(pixels, false, false);
  }

  /** How many bytes there are. */
  public int size() {
    return pixels.length;
  }

  byte[] pixels() {
    return pixels;
  }

  boolean wantsFeatures() {
    return features;
  }

  boolean wantsFeatureMap() {
    return featureMap;
  }
}
