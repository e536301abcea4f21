package org.resnetserving.engine;

import org.jspecify.annotations.Nullable;

/** What a network answers about one picture. Nobody writes into the arrays: requests share them. */
public final class Inference {
  private final float[] logits;
  private final float @Nullable [] features;
  private final @Nullable FeatureMap featureMap;

  Inference(float[] logits, float @Nullable [] features, @Nullable FeatureMap featureMap) {
    this.logits = logits;
    this.features = features;
    this.featureMap = featureMap;
  }

  /** One number per class, before the softmax; empty if the network has no head. */
  public float[] logits() {
    return logits;
  }

  /** The pooled features, one number per channel; null if not asked for or not there. */
  public float @Nullable [] features() {
    return features;
  }

  /** The last feature map; null if not asked for or not there. */
  public @Nullable FeatureMap featureMap() {
    return featureMap;
  }

  /** What its numbers take of memory, in bytes. */
  public long bytes() {
    return Float.BYTES
        * ((long) logits.length
            + (features == null ? 0 : features.length)
            + (featureMap == null ? 0 : featureMap.values.length));
  }

  /** Whether all its numbers are: none is NaN or infinite. */
  public boolean isFinite() {
    return areFinite(logits)
        && (features == null || areFinite(features))
        && (featureMap == null || areFinite(featureMap.values));
  }

  private static boolean areFinite(float[] numbers) {
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        return false;
      }
    }
    return true;
  }

  /** Planes of numbers. */
  public static final class FeatureMap {
    private final int channels;
    private final int height;
    private final int width;
    private final float[] values;

    FeatureMap(int channels, int height, int width, float[] values) {
      this.channels = channels;
      this.height = height;
      this.width = width;
      this.values = values;
    }

    /** How many planes. */
    public int channels() {
      return channels;
    }

    /** Rows of each. */
    public int height() {
      return height;
    }

    /** Columns of each. */
    public int width() {
      return width;
    }

    /** By channel, row and column. */
    public float[] values() {
      return values;
    }
  }
}
