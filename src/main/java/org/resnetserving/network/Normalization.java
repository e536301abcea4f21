package org.resnetserving.network;

import java.util.List;

/**
 * What a network's input wants done to 8-bit RGB pixels, in float32 and in this order: {@code
 * (pixel / divisor − mean) / deviation}, per channel. A network of one channel reads the first of
 * the three, which are equal in a picture that was made grey.
 *
 * @param divisor what pixels are divided by first: 255 for torchvision, 1 for Caffe
 * @param mean one per channel, on the divided scale, in the order that the network reads
 * @param deviation one per channel, on the divided scale, in the order that the network reads
 * @param order in which the network reads the colours
 */
public record Normalization(
    float divisor, List<Float> mean, List<Float> deviation, ChannelOrder order) {
  /** torchvision's preset for ImageNet. */
  public static final Normalization IMAGENET =
      new Normalization(255, List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  private static final int COLOURS = 3;

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
    if (order == ChannelOrder.BGR && mean.size() != COLOURS) {
      throw new IllegalArgumentException("BGR with %d channels".formatted(mean.size()));
    }
  }

  /** For a network that reads red first. */
  public Normalization(float divisor, List<Float> mean, List<Float> deviation) {
    this(divisor, mean, deviation, ChannelOrder.RGB);
  }

  /** How many channels the network reads. */
  public int channels() {
    return mean.size();
  }

  /** How many channels the pixels have. */
  public int pixelChannels() {
    return mean.size() == 1 ? COLOURS : mean.size();
  }

  /** Which channel of a pixel the network's channel is. */
  public int pixelChannel(int channel) {
    return order == ChannelOrder.BGR ? COLOURS - 1 - channel : channel;
  }

  /** The number that the network reads for a pixel's value (0 to 255) in a channel of its own. */
  public float apply(int pixel, int channel) {
    return (pixel / divisor - mean.get(channel)) / deviation.get(channel);
  }
}
