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

  /** Windows this long or shorter are all made this long; what is beyond them has no weight. */
  private static final int SHORT = 4;

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
   * @param offset which of these is the crop's first; negative where the crop begins before them
   * @param crop how many of these, from the middle, are wanted
   * @param mirrored whether the source is stored backwards
   */
  static Axis of(
      int in,
      double length,
      long out,
      long offset,
      int crop,
      Interpolation interpolation,
      boolean mirrored) {
    long first = Math.max(0, offset);
    int entries = (int) Math.min(out, crop);
    int firstTarget = (int) Math.max(0, -offset);
    double scale = length / out;
    double filterScale = Math.max(scale, 1);
    double support = interpolation.radius() * filterScale;
    // Backwards, what is partly outside comes first.
    double outside = mirrored ? in - length : 0;
    boolean same = in == out && length == in;
    int[] low = new int[entries];
    int[] high = new int[entries];
    int most = 0;
    for (int i = 0; i < entries; i++) {
      double centre = (first + i + 0.5) * scale + outside;
      low[i] = same ? (int) first + i : Math.max(0, (int) (centre - support + 0.5));
      high[i] = same ? low[i] + 1 : Math.min(in, (int) (centre + support + 0.5));
      most = Math.max(most, high[i] - low[i]);
    }
    Axis axis = new Axis(entries, Math.max(most, SHORT), firstTarget, mirrored);
    double[] window = new double[most];
    for (int i = 0; i < entries; i++) {
      double centre = (first + i + 0.5) * scale + outside;
      double sum = 0;
      for (int k = low[i]; k < high[i]; k++) {
        double weight = same ? 1 : interpolation.weight((k - centre + 0.5) * (1 / filterScale));
        window[k - low[i]] = weight;
        sum += weight;
      }
      for (int k = 0; k < high[i] - low[i]; k++) {
        window[k] /= sum;
      }
      axis.set(mirrored ? entries - 1 - i : i, low[i], in, high[i] - low[i], window);
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

  /** What the windows take of the heap. */
  long heapBytes() {
    return 4L * weights.length + 16L * from.length + 8L * stride;
  }

  boolean mirrored() {
    return mirrored;
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
   * A row of source pixels, with room for what {@link #apply} reads.
   *
   * @param pixels from the first one up to {@link #sourceTo} at least
   */
  static byte[] newRow(int pixels) {
    return new byte[3 * (pixels + SHORT)];
  }

  /**
   * Makes the entries of one row.
   *
   * @param row a {@link #newRow}
   * @param offset which source pixel is its first
   * @param target takes three samples, 0 to 255, for each entry
   */
  void apply(byte[] row, int offset, int[] target) {
    if (stride == SHORT) {
      applyShort(row, offset, target);
    } else {
      applyLong(row, offset, target);
    }
  }

  /**
   * Windows of up to four pixels, as of most small pictures: a loop would cost more than it does.
   */
  private void applyShort(byte[] row, int offset, int[] target) {
    int weight = 0;
    int out = 0;
    for (int start : from) {
      int at = (start - offset) * 3;
      int w0 = weights[weight];
      int w1 = weights[weight + 1];
      int w2 = weights[weight + 2];
      int w3 = weights[weight + 3];
      target[out] = sumOfFour(row, at, w0, w1, w2, w3);
      target[out + 1] = sumOfFour(row, at + 1, w0, w1, w2, w3);
      target[out + 2] = sumOfFour(row, at + 2, w0, w1, w2, w3);
      weight += SHORT;
      out += 3;
    }
  }

  private static int sumOfFour(byte[] row, int at, int w0, int w1, int w2, int w3) {
    int sum =
        (row[at] & 0xFF) * w0
            + (row[at + 3] & 0xFF) * w1
            + (row[at + 6] & 0xFF) * w2
            + (row[at + 9] & 0xFF) * w3;
    return clamp((sum + HALF) >> PRECISION);
  }

  private void applyLong(byte[] row, int offset, int[] target) {
    int out = 0;
    for (int entry = 0; entry < from.length; entry++) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int at = (from[entry] - offset) * 3;
      int taps = to[entry] - from[entry];
      int firstWeight = entry * stride;
      for (int j = 0; j < taps; j++) {
        int weight = weights[firstWeight + j];
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
