package org.resnetserving.image;

/** Whether large JPEGs may be decoded at a fraction of their size. */
public enum DecodeMode {
  /** Every pixel is decoded: the crop equals Pillow's. */
  EXACT,
  /**
   * A JPEG is decoded at 1/2, 1/4 or 1/8 of its size while its shorter side stays at least twice
   * what it is resized to. The crop differs from {@link #EXACT} by less than two levels on average.
   */
  FAST
}
