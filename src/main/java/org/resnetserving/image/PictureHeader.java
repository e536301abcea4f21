package org.resnetserving.image;

/** X. */
public record PictureHeader(int width, int height) {
  /** X. */
  public long decodedBytes() {
    return 3L * width * height;
  }
}
