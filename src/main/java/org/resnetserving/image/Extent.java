package org.resnetserving.image;

/**
 * A picture's sides in pixels as stored, and how to turn it.
 *
 * @param orientation from 1 (as it is) to 8, as EXIF counts
 */
record Extent(int width, int height, int orientation) {

  /**
   * Checks what a header claims.
   *
   * @throws org.resnetserving.problem.ProblemException if there are no pixels, or more than allowed
   */
  static Extent of(
      PictureFormat format, long width, long height, int orientation, ImageLimits limits) {
    if (width == 0 || height == 0) {
      throw BadPicture.zeroSized(format, width, height);
    }
    // Each is below 2^33, so that dividing is what cannot overflow.
    if (width > limits.maxPixels() / height) {
      throw BadPicture.tooManyPixels(format, width, height, limits);
    }
    if (width > ImageLimits.MAX_SIDE || height > ImageLimits.MAX_SIDE) {
      throw BadPicture.tooLong(format, width, height);
    }
    return new Extent((int) width, (int) height, orientation);
  }

  long pixels() {
    return (long) width * height;
  }

  /** The width seen, after the orientation is applied. */
  int orientedWidth() {
    return Orientation.swapsSides(orientation) ? height : width;
  }

  /** The height seen, after the orientation is applied. */
  int orientedHeight() {
    return Orientation.swapsSides(orientation) ? width : height;
  }
}
