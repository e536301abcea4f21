package org.resnetserving.image;

/** X. */
public enum Interpolation {
  BILINEAR,
  BICUBIC
}
