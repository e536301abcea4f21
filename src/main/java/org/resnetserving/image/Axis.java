package org.resnetserving.image;

/**
 * How the pixels along one side of a crop are made of those along the same side of the picture as
 * stored: for each a window of source pixels and their weights in fixed point. The arithmetic is
 * that of Pillow's {@code precompute_coeffs} and {@code normalize_coeffs_8bpc}.
 *
 * <p>Entries are in the order of the source, which a mirrored picture has backwards.
 */
final class Axis {
  static final int PRECISION = 22;
  static final int HALF = 1 << (PRECISION - 1);

  private final int[] from;
  private final int[] to;
  private final int[] weights;
  private final int stride;
  private final int firstTarget;
  private final boolean mirrored;

  private Axis(int entries, int stride, int firstTarget, boolean mirrored) {
    this.from = new int[entries];
    this.to = new int[entries];
    this.weights = new int[entries * stride];
    this.stride = stride;
    this.firstTarget = firstTarget;
    this.mirrored = mirrored;
  }

  /**
   * @param in how many source pixels there are
   * @param length how much of them the picture covers; less than {@code in} only if the last one
   *     lies partly outside
   * @param out how many pixels they are resized to
   * @param crop how many of these, from the middle, are wanted
   * @param mirrored whether the source is stored backwards
   */
  static Axis of(
      int in, double length, long out, int crop, Interpolation interpolation, boolean mirrored) {
    // torchvision: rounded to even when cutting, down when padding.
    long first = out > crop ? (long) Math.rint((out - crop) / 2.0) : 0;
    int entries = (int) Math.min(out, crop);
    int firstTarget = (crop - entries) / 2;
    double scale = length / out;
    double filterScale = Math.max(scale, 1);
    double support = interpolation.radius() * filterScale;
    boolean same = in == out && length == in;
    int stride = same ? 1 : Math.min(in, (int) Math.ceil(support) * 2 + 1);
    Axis axis = new Axis(entries, stride, firstTarget, mirrored);
    // Backwards, what is partly outside comes first.
    double outside = mirrored ? in - length : 0;
    double[] window = new double[stride];
    for (int i = 0; i < entries; i++) {
      int entry = mirrored ? entries - 1 - i : i;
      if (same) {
        axis.set(entry, (int) first + i, in, 1, new double[] {1});
        continue;
      }
      double centre = (first + i + 0.5) * scale + outside;
      int low = Math.max(0, (int) (centre - support + 0.5));
      int high = Math.min(in, (int) (centre + support + 0.5));
      double sum = 0;
      for (int j = low; j < high; j++) {
        double weight = interpolation.weight((j - centre + 0.5) * (1 / filterScale));
        window[j - low] = weight;
        sum += weight;
      }
      for (int j = 0; j < high - low; j++) {
        window[j] /= sum;
      }
      axis.set(entry, low, in, high - low, window);
    }
    return axis;
  }

  private void set(int entry, int low, int in, int count, double[] window) {
    from[entry] = mirrored ? in - low - count : low;
    to[entry] = from[entry] + count;
    for (int j = 0; j < count; j++) {
      double weight = window[mirrored ? count - 1 - j : j] * (1 << PRECISION);
      weights[entry * stride + j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
    }
  }

  int entries() {
    return from.length;
  }

  /** Where the window of an entry begins. */
  int from(int entry) {
    return from[entry];
  }

  /** Where it ends. */
  int to(int entry) {
    return to[entry];
  }

  /** The weight of source pixel {@code j}, which lies in the entry's window. */
  int weight(int entry, int j) {
    return weights[entry * stride + j - from[entry]];
  }

  /** Which pixel of the crop the entry is. */
  int target(int entry) {
    return firstTarget + (mirrored ? from.length - 1 - entry : entry);
  }

  /** The first source pixel that any entry needs. */
  int sourceFrom() {
    return from[0];
  }

  /** The end of the source pixels that any entry needs. */
  int sourceTo() {
    return to[to.length - 1];
  }

  /** The most windows that share a source pixel. */
  int overlap() {
    int most = 0;
    int first = 0;
    for (int entry = 0; entry < from.length; entry++) {
      while (to[first] <= from[entry]) {
        first++;
      }
      most = Math.max(most, entry - first + 1);
    }
    return most;
  }

  /**
   * Makes the entries of one row.
   *
   * @param row pixels of three samples, the first of which is source pixel {@code offset}
   * @param target takes three samples, 0 to 255, for each entry
   */
  void apply(byte[] row, int offset, int[] target) {
    int out = 0;
    for (int entry = 0; entry < from.length; entry++) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int first = from[entry];
      int taps = to[entry] - first;
      int at = (first - offset) * 3;
      int weightAt = entry * stride;
      for (int j = 0; j < taps; j++) {
        int weight = weights[weightAt + j];
        red += (row[at] & 0xFF) * weight;
        green += (row[at + 1] & 0xFF) * weight;
        blue += (row[at + 2] & 0xFF) * weight;
        at += 3;
      }
      target[out] = clamp(red >> PRECISION);
      target[out + 1] = clamp(green >> PRECISION);
      target[out + 2] = clamp(blue >> PRECISION);
      out += 3;
    }
  }

  static int clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
