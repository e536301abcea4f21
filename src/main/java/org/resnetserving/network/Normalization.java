package org.resnetserving.network;

import java.util.List;

/**
 * What a network's input wants done to 8-bit pixels, in float32 and in this order: {@code (pixel /
 * divisor − mean) / deviation}, per channel.
 *
 * @param divisor what pixels are divided by first: 255 for torchvision, 1 for Caffe
 * @param mean one per channel, on the divided scale
 * @param deviation one per channel, on the divided scale
 */
public record Normalization(float divisor, List<Float> mean, List<Float> deviation) {
  /** torchvision's preset for ImageNet. */
  public static final Normalization IMAGENET =
      new Normalization(255, List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  /** Refuses counts that differ, and divisors that are not positive. */
  public Normalization {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.isEmpty() || mean.size() != deviation.size()) {
      throw new IllegalArgumentException(
          "%d means and %d deviations".formatted(mean.size(), deviation.size()));
    }
    if (!(divisor > 0) || Float.isInfinite(divisor)) {
      throw new IllegalArgumentException("pixels divided by " + divisor);
    }
    for (int i = 0; i < mean.size(); i++) {
      if (!(deviation.get(i) > 0) || !Float.isFinite(mean.get(i))) {
        throw new IllegalArgumentException(
            "mean %s, deviation %s of channel %d".formatted(mean.get(i), deviation.get(i), i));
      }
    }
  }

  /** How many channels the input has. */
  public int channels() {
    return mean.size();
  }

  /** The number that the network reads for a pixel (0 to 255) of a channel. */
  public float apply(int pixel, int channel) {
    return (pixel / divisor - mean.get(channel)) / deviation.get(channel);
  }
}
