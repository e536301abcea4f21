package org.resnetserving.image;

/**
 * Where the pixels of a crop come from: undoes crop, resize and rotation. Positions are in pixels
 * from the upper left corner, so that a pixel's middle is at a half.
 *
 * @param width the picture's width as stored
 * @param height its height as stored
 * @param orientation how it is turned, from 1 to 8, as EXIF counts
 * @param resizedWidth the width seen, after resizing
 * @param resizedHeight the height seen, after resizing
 * @param left which column of the resized picture is the crop's first; negative where there is
 *     padding
 * @param top which row is its first
 */
public record Geometry(
    int width,
    int height,
    int orientation,
    long resizedWidth,
    long resizedHeight,
    long left,
    long top) {

  /** A position. */
  public record Point(double x, double y) {}

  /** The geometry of a picture for a network. */
  public static Geometry of(Picture picture, Preset preset) {
    return of(picture.extent(), preset);
  }

  static Geometry of(Extent extent, Preset preset) {
    long width = extent.orientedWidth();
    long height = extent.orientedHeight();
    long crop = preset.crop();
    long newWidth = crop;
    long newHeight = crop;
    switch (preset.mode()) {
      case SHORTEST, SHORTEST_LATE -> {
        long shorter = Math.min(width, height);
        long longer = (long) ((double) (preset.resize() * Math.max(width, height)) / shorter);
        newWidth = width <= height ? preset.resize() : longer;
        newHeight = width <= height ? longer : preset.resize();
      }
      case SQUASH -> {}
      case LETTERBOX -> {
        if (width > height) {
          newHeight = Math.max(1, (long) Math.rint((double) height / width * crop));
        } else if (height > width) {
          newWidth = Math.max(1, (long) Math.rint((double) width / height * crop));
        }
      }
    }
    return new Geometry(
        extent.width(),
        extent.height(),
        extent.orientation(),
        newWidth,
        newHeight,
        offset(newWidth, preset),
        offset(newHeight, preset));
  }

  /**
   * torchvision rounds to even when cutting and down when padding, Pillow to even in both,
   * fb.resnet.torch up when cutting.
   */
  private static long offset(long side, Preset preset) {
    long surplus = side - preset.crop();
    if (surplus > 0 && preset.mode() == ResizeMode.SHORTEST_LATE) {
      return (surplus + 1) / 2;
    }
    return surplus > 0 || preset.mode() == ResizeMode.LETTERBOX
        ? (long) Math.rint(surplus / 2.0)
        : -(-surplus / 2);
  }

  /** The same picture resized, with another pixel of it as the crop's first. */
  Geometry at(long newLeft, long newTop) {
    return new Geometry(width, height, orientation, resizedWidth, resizedHeight, newLeft, newTop);
  }

  /** The width seen, upright. */
  public int uprightWidth() {
    return Orientation.swapsSides(orientation) ? height : width;
  }

  /** The height seen, upright. */
  public int uprightHeight() {
    return Orientation.swapsSides(orientation) ? width : height;
  }

  /** Where a position in the crop is in the picture as it is seen, upright. */
  public Point upright(double x, double y) {
    return new Point(
        (x + left) * uprightWidth() / resizedWidth, (y + top) * uprightHeight() / resizedHeight);
  }

  /** Where a position in the crop is in the picture as it is stored. */
  public Point stored(double x, double y) {
    Point seen = upright(x, y);
    return switch (orientation) {
      case 2 -> new Point(width - seen.x(), seen.y());
      case 3 -> new Point(width - seen.x(), height - seen.y());
      case 4 -> new Point(seen.x(), height - seen.y());
      case 5 -> new Point(seen.y(), seen.x());
      case 6 -> new Point(seen.y(), height - seen.x());
      case 7 -> new Point(width - seen.y(), height - seen.x());
      case 8 -> new Point(width - seen.y(), seen.x());
      default -> seen;
    };
  }
}
