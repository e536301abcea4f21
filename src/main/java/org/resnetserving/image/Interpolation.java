package org.resnetserving.image;

/** How a resized pixel is made from those around it: Pillow's filters of the same names. */
public enum Interpolation {
  /** A triangle, one source pixel to either side. */
  BILINEAR(1) {
    @Override
    double weight(double t) {
      double distance = Math.abs(t);
      return distance < 1 ? 1 - distance : 0;
    }
  },
  /** A cubic with a = -0.5, two source pixels to either side. */
  BICUBIC(2) {
    @Override
    double weight(double t) {
      double distance = Math.abs(t);
      if (distance < 1) {
        return ((A + 2) * distance - (A + 3)) * distance * distance + 1;
      }
      return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * A : 0;
    }
  };

  private static final double A = -0.5;

  private final double radius;

  Interpolation(double radius) {
    this.radius = radius;
  }

  /** How far from its centre the filter reaches, in source pixels when nothing shrinks. */
  double radius() {
    return radius;
  }

  /** The weight, before normalisation, of a pixel {@code t} away from the centre. */
  abstract double weight(double t);
}
