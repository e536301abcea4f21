package org.resnetserving.image;

/**
 * The geometry of a network's input, as torchvision's {@code Resize} and {@code CenterCrop} mean
 * it.
 *
 * @param resize what the picture's shorter side becomes
 * @param crop the side of the square cut from the middle; what it reaches beyond is black
 * @param interpolation how pixels are resampled
 */
public record Preset(int resize, int crop, Interpolation interpolation) {
  private static final int MAX_SIDE = 2048;

  public Preset {
    requireSide("resize", resize);
    requireSide("crop", crop);
  }

  private static void requireSide(String name, int side) {
    if (side < 1 || side > MAX_SIDE) {
      throw new IllegalArgumentException(
          "A preset's " + name + " is 1 to " + MAX_SIDE + " pixels, not " + side);
    }
  }

  /** The number of bytes in the crop: three for each pixel. */
  public int cropBytes() {
    return 3 * crop * crop;
  }
}
