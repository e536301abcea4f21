package org.resnetserving.image;

/** A picture's pixels as stored, a row at a time from the first to the last. */
interface PixelRows extends AutoCloseable {
  int width();

  int height();

  /**
   * Reads the pixels from {@code from} up to {@code to} of a row: red, green and blue, a byte each.
   *
   * @param y the row, greater than that of the call before
   */
  void read(int y, int from, int to, byte[] rgb);

  /** Looks at the rows that were not asked for, so that a picture broken there is refused. */
  default void finish() {}

  @Override
  default void close() {}
}
