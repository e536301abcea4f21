package org.resnetserving.network;

/**
 * The size of one picture's value inside a network; a vector has height and width 1.
 *
 * @param channels how many planes
 * @param height rows of each
 * @param width columns of each
 */
public record Shape(int channels, int height, int width) {

  /** Refuses a size that is not positive. */
  public Shape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "shape %d×%d×%d has no elements".formatted(channels, height, width));
    }
  }

  /** How many numbers the value has. */
  public long elements() {
    return (long) channels * height * width;
  }

  /** Whether each channel is a single number. */
  public boolean isOnePerChannel() {
    return height == 1 && width == 1;
  }
}
