package org.resnetserving.image;

/**
 * Pillow's resize and torchvision's centre crop, written to be read against their sources rather
 * than to be fast: the whole picture is resized, every weight is computed anew, and the crop is cut
 * from the result.
 */
final class PillowResize {
  private static final int PRECISION = 22;

  private PillowResize() {}

  /** The crop of an RGB picture, rows of pixels of three channels. */
  static int[][][] crop(int[][][] picture, Preset preset) {
    int height = picture.length;
    int width = picture[0].length;
    long shorter = Math.min(width, height);
    int newWidth =
        (int)
            (width == shorter
                ? preset.resize()
                : (double) ((long) preset.resize() * width) / height);
    int newHeight =
        (int)
            (height == shorter
                ? preset.resize()
                : (double) ((long) preset.resize() * height) / width);
    Interpolation filter = preset.interpolation();
    int[][][] resized = resize(picture, newWidth, newHeight, filter);
    int side = preset.crop();
    int[][][] padded = pad(resized, side);
    int top = (int) Math.rint((padded.length - side) / 2.0);
    int left = (int) Math.rint((padded[0].length - side) / 2.0);
    int[][][] crop = new int[side][side][];
    for (int y = 0; y < side; y++) {
      System.arraycopy(padded[top + y], left, crop[y], 0, side);
    }
    return crop;
  }

  /** The whole picture at another size. */
  static int[][][] resize(int[][][] picture, int newWidth, int newHeight, Interpolation filter) {
    int height = picture.length;
    boolean columnsFirst = height > 100 * picture[0].length && newHeight < height;
    return columnsFirst
        ? resizeRows(resizeColumns(picture, newHeight, filter), newWidth, filter)
        : resizeColumns(resizeRows(picture, newWidth, filter), newHeight, filter);
  }

  /** Black around a picture smaller than the crop. */
  private static int[][][] pad(int[][][] picture, int side) {
    int height = picture.length;
    int width = picture[0].length;
    int[][][] padded = new int[Math.max(height, side)][Math.max(width, side)][3];
    int top = Math.max(0, side - height) / 2;
    int left = Math.max(0, side - width) / 2;
    for (int y = 0; y < height; y++) {
      System.arraycopy(picture[y], 0, padded[top + y], left, width);
    }
    return padded;
  }

  private static int[][][] resizeColumns(int[][][] picture, int out, Interpolation interpolation) {
    return transpose(resizeRows(transpose(picture), out, interpolation));
  }

  private static int[][][] resizeRows(int[][][] rows, int out, Interpolation interpolation) {
    int in = rows[0].length;
    if (in == out) {
      return rows;
    }
    double scale = (double) in / out;
    double filterScale = Math.max(scale, 1);
    double support = (interpolation == Interpolation.BILINEAR ? 1 : 2) * filterScale;
    int[][][] resized = new int[rows.length][out][3];
    for (int i = 0; i < out; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - support + 0.5));
      int last = Math.min(in, (int) (centre + support + 0.5));
      double[] weights = new double[last - first];
      double sum = 0;
      for (int x = 0; x < weights.length; x++) {
        weights[x] = filter((x + first - centre + 0.5) * (1.0 / filterScale), interpolation);
        sum += weights[x];
      }
      for (int y = 0; y < rows.length; y++) {
        for (int c = 0; c < 3; c++) {
          int accumulator = 1 << (PRECISION - 1);
          for (int x = 0; x < weights.length; x++) {
            double weight = weights[x] / sum * (1 << PRECISION);
            accumulator += rows[y][first + x][c] * (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
          }
          resized[y][i][c] = Math.min(255, Math.max(0, accumulator >> PRECISION));
        }
      }
    }
    return resized;
  }

  private static double filter(double x, Interpolation interpolation) {
    double t = Math.abs(x);
    if (interpolation == Interpolation.BILINEAR) {
      return t < 1 ? 1 - t : 0;
    }
    double a = -0.5;
    if (t < 1) {
      return ((a + 2) * t - (a + 3)) * t * t + 1;
    }
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
  }

  private static int[][][] transpose(int[][][] picture) {
    int[][][] turned = new int[picture[0].length][picture.length][];
    for (int y = 0; y < picture.length; y++) {
      for (int x = 0; x < picture[0].length; x++) {
        turned[x][y] = picture[y][x];
      }
    }
    return turned;
  }
}
