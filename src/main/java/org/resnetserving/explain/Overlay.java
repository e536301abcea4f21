package org.resnetserving.explain;

import org.resnetserving.image.ColorScale;
import org.resnetserving.image.Geometry;

/**
 * A class activation map shown on its picture: the map's least value has the scale's first colour,
 * its greatest the last. Between the middles of the grid's cells it is bilinear. What the network
 * did not see is left as it is.
 *
 * @param map what is shown
 * @param geometry where the network's crop lies in the picture
 * @param side of that crop, in its own pixels
 * @param colors which colours
 * @param opacity of these, from 0 (the picture alone) to 1 (the colours alone)
 */
public record Overlay(
    ClassActivationMap map, Geometry geometry, int side, ColorScale colors, double opacity) {
  /** The longer side of what is drawn, at most; a smaller picture keeps its size. */
  public static final int LONGEST_SIDE = 1024;

  private static final int TOP_LEVEL = 255;

  /**
   * Paints the map over the picture.
   *
   * @param rgb the whole picture, upright, at any size; painted over
   * @param table red, green and blue of the 256 levels of {@link #colors}
   * @param check called before each row; what it throws ends the work
   */
  public void paint(byte[] rgb, int width, int height, byte[] table, Runnable check) {
    double min = map.min();
    double range = map.max() - min;
    double levels = range > 0 ? TOP_LEVEL / range : 0;
    double[] across = new double[width];
    for (int x = 0; x < width; x++) {
      across[x] = ((x + 0.5) / width * geometry.resizedWidth() - geometry.left()) / side;
    }
    for (int y = 0; y < height; y++) {
      check.run();
      double down = ((y + 0.5) / height * geometry.resizedHeight() - geometry.top()) / side;
      if (down < 0 || down > 1) {
        continue;
      }
      for (int x = 0; x < width; x++) {
        if (across[x] >= 0 && across[x] <= 1) {
          int level = (int) Math.round((map.at(across[x], down) - min) * levels);
          blend(rgb, 3 * (y * width + x), table, 3 * level);
        }
      }
    }
  }

  private void blend(byte[] rgb, int at, byte[] table, int color) {
    for (int i = 0; i < 3; i++) {
      double mixed = (rgb[at + i] & 0xFF) * (1 - opacity) + (table[color + i] & 0xFF) * opacity;
      rgb[at + i] = (byte) Math.round(mixed);
    }
  }
}
