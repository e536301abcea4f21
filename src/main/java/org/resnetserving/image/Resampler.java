package org.resnetserving.image;

import java.util.Arrays;

/**
 * Resizes a picture and cuts its middle out, to the last bit as Pillow does, computing only what
 * the crop shows.
 *
 * <p>Two passes, each rounding to eight bits: first along the rows seen, then along the columns.
 * Rows are read once, in the order they are stored, and added to the few rows of the crop that they
 * are part of, so the memory needed does not depend on the picture. A picture on its side has its
 * passes swapped instead of being turned.
 */
final class Resampler {
  /** Pillow shrinks a picture taller than this many times its width along its columns first. */
  private static final int VERY_TALL = 100;

  private final int crop;
  private final byte padding;
  private final boolean grey;
  private final boolean transposed;
  private final boolean alongRowsFirst;
  private final Axis columns;
  private final Axis rows;

  private Resampler(
      Preset preset, boolean transposed, boolean alongRowsFirst, Axis columns, Axis rows) {
    this.crop = preset.crop();
    this.padding = (byte) preset.padding();
    this.grey = preset.grey();
    this.transposed = transposed;
    this.alongRowsFirst = alongRowsFirst;
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * @param extent the picture's sides and orientation
   * @param pixels the picture, which may have been decoded at a fraction of its size
   * @param reduction that fraction's denominator
   * @param check called before each row; what it throws ends the work
   */
  static byte[] crop(
      Extent extent, PixelRows pixels, int reduction, Preset preset, Runnable check) {
    return of(extent, pixels.width(), pixels.height(), reduction, preset).crop(pixels, check);
  }

  private static Resampler of(
      Extent extent, int storedWidth, int storedHeight, int reduction, Preset preset) {
    int orientation = extent.orientation();
    boolean transposed = Orientation.swapsSides(orientation);
    long width = extent.orientedWidth();
    long height = extent.orientedHeight();
    Geometry geometry = Geometry.of(extent, preset);
    long newHeight = geometry.resizedHeight();
    boolean verticalFirst = height > VERY_TALL * width && newHeight < height;
    // 2 and 3 mirror the rows as stored, 3 and 4 the columns, and so on with the sides swapped.
    boolean rowsBackwards =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    boolean columnsBackwards =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    Axis columns =
        Axis.of(
            storedWidth,
            (double) extent.width() / reduction,
            transposed ? newHeight : geometry.resizedWidth(),
            transposed ? geometry.top() : geometry.left(),
            preset.crop(),
            preset.interpolation(),
            columnsBackwards);
    Axis rows =
        Axis.of(
            storedHeight,
            (double) extent.height() / reduction,
            transposed ? geometry.resizedWidth() : newHeight,
            transposed ? geometry.left() : geometry.top(),
            preset.crop(),
            preset.interpolation(),
            rowsBackwards);
    return new Resampler(preset, transposed, transposed == verticalFirst, columns, rows);
  }

  /** How many bytes of the heap a crop takes while it is made, the crop included. */
  static long heapBytes(Extent extent, Preset preset) {
    return of(extent, extent.width(), extent.height(), 1, preset).heapBytes();
  }

  private long heapBytes() {
    long source = (long) columns.sourceTo() - columns.sourceFrom();
    long samples = alongRowsFirst ? columns.entries() : source;
    return 3L * crop * crop
        + 3 * source
        + 12L * samples * (1 + rows.overlap())
        + 12L * columns.entries()
        + columns.heapBytes()
        + rows.heapBytes();
  }

  private byte[] crop(PixelRows pixels, Runnable check) {
    byte[] result = new byte[3 * crop * crop];
    Arrays.fill(result, padding);
    int from = columns.sourceFrom();
    int to = columns.sourceTo();
    byte[] row = columns.newRow();
    int[] samples = new int[3 * (alongRowsFirst ? columns.entries() : to - from)];
    int[] done = new int[3 * columns.entries()];
    // A window that is open has its sums here; windows open and close in order.
    int[][] sums = new int[rows.overlap()][samples.length];
    int open = 0;
    int next = 0;
    for (int y = rows.sourceFrom(); y < rows.sourceTo(); y++) {
      check.run();
      pixels.read(y, from, to, row);
      if (grey) {
        greyen(row, 3 * (to - from));
      }
      if (alongRowsFirst) {
        columns.apply(row, samples);
      } else {
        widen(row, samples);
      }
      while (next < rows.entries() && rows.from(next) <= y) {
        Arrays.fill(sums[next++ % sums.length], Axis.HALF);
      }
      for (int entry = open; entry < next; entry++) {
        add(samples, rows.weight(entry, y), sums[entry % sums.length]);
      }
      while (open < next && rows.to(open) == y + 1) {
        int[] sum = sums[open % sums.length];
        if (alongRowsFirst) {
          place(narrow(sum), open, result);
        } else {
          narrow(sum, row);
          columns.apply(row, done);
          place(done, open, result);
        }
        open++;
      }
    }
    return result;
  }

  /** Pillow's {@code convert("L")}: ITU-R 601-2 luma in 16 bits; what is grey stays as it is. */
  private static void greyen(byte[] row, int length) {
    for (int i = 0; i < length; i += 3) {
      int luma = 19595 * (row[i] & 0xFF) + 38470 * (row[i + 1] & 0xFF) + 7471 * (row[i + 2] & 0xFF);
      byte level = (byte) ((luma + 0x8000) >> 16);
      row[i] = level;
      row[i + 1] = level;
      row[i + 2] = level;
    }
  }

  private static void widen(byte[] row, int[] samples) {
    for (int i = 0; i < samples.length; i++) {
      samples[i] = row[i] & 0xFF;
    }
  }

  private static void add(int[] samples, int weight, int[] sum) {
    for (int i = 0; i < samples.length; i++) {
      sum[i] += samples[i] * weight;
    }
  }

  private static int[] narrow(int[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Axis.clamp(sum[i] >> Axis.PRECISION);
    }
    return sum;
  }

  private static void narrow(int[] sum, byte[] row) {
    for (int i = 0; i < sum.length; i++) {
      row[i] = (byte) Axis.clamp(sum[i] >> Axis.PRECISION);
    }
  }

  private void place(int[] samples, int entry, byte[] result) {
    int line = rows.target(entry);
    int across = columns.target(0);
    int at = 3 * (transposed ? across * crop + line : line * crop + across);
    int step = 3 * (transposed ? crop : 1) * (columns.mirrored() ? -1 : 1);
    for (int sample = 0; sample < samples.length; sample += 3) {
      result[at] = (byte) samples[sample];
      result[at + 1] = (byte) samples[sample + 1];
      result[at + 2] = (byte) samples[sample + 2];
      at += step;
    }
  }
}
