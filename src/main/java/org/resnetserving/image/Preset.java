package org.resnetserving.image;

/**
 * The geometry of a network's input.
 *
 * @param resize what the picture's shorter side becomes in {@link ResizeMode#SHORTEST}
 * @param crop the side of the square that comes out
 * @param interpolation how pixels are resampled
 * @param mode how the picture becomes a square
 * @param padding the level, 0 to 255, of what the picture does not cover: black where it is {@link
 *     ResizeMode#SHORTEST}
 * @param grey whether the picture is made grey before it is resized, as Pillow's {@code
 *     convert("L")} does; the three channels are equal then
 */
public record Preset(
    int resize, int crop, Interpolation interpolation, ResizeMode mode, int padding, boolean grey) {
  private static final int MAX_SIDE = 2048;
  private static final int MAX_LEVEL = 255;

  public Preset {
    requireSide("resize", resize);
    requireSide("crop", crop);
    if (padding < 0 || padding > MAX_LEVEL) {
      throw new IllegalArgumentException(
          "A preset's padding is a level of 0 to " + MAX_LEVEL + ", not " + padding);
    }
  }

  /** Colours, as torchvision's {@code Resize} and {@code CenterCrop} mean it. */
  public Preset(int resize, int crop, Interpolation interpolation) {
    this(resize, crop, interpolation, ResizeMode.SHORTEST, 0, false);
  }

  private static void requireSide(String name, int side) {
    if (side < 1 || side > MAX_SIDE) {
      throw new IllegalArgumentException(
          "A preset's " + name + " is 1 to " + MAX_SIDE + " pixels, not " + side);
    }
  }

  /**
   * Whether there are ten views, of corners and middle: the picture resized has to be as large as
   * the crop at least, and may not be made to fit it.
   */
  public boolean hasTenViews() {
    return (mode == ResizeMode.SHORTEST || mode == ResizeMode.SHORTEST_LATE) && resize >= crop;
  }

  /** The number of bytes in the crop: three for each pixel. */
  public int cropBytes() {
    return 3 * crop * crop;
  }
}
