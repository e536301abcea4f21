package org.resnetserving.image;

import org.jspecify.annotations.Nullable;

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

  /** What is wrong with the file though its pixels are all there; null where nothing is. */
  default @Nullable String warning() {
    return null;
  }

  /** Looks at the rows that were not asked for, so that a picture broken there is refused. */
  default void finish() {}

  @Override
  default void close() {}
}
