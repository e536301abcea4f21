package org.resnetserving.image;

/**
 * A rectangle of a picture resized, as it is seen upright.
 *
 * @param geometry to which size the picture is resized, and where the rectangle begins
 * @param width of the rectangle
 * @param height of it
 * @param interpolation how pixels are resampled
 * @param padding the level, 0 to 255, of what the picture does not cover
 * @param grey whether the picture is made grey before it is resized
 */
record Part(
    Geometry geometry,
    int width,
    int height,
    Interpolation interpolation,
    int padding,
    boolean grey) {

  /** The square that a network reads. */
  static Part of(Geometry geometry, Preset preset) {
    return new Part(
        geometry,
        preset.crop(),
        preset.crop(),
        preset.interpolation(),
        preset.padding(),
        preset.grey());
  }
}
