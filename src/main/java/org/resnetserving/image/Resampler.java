package org.resnetserving.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Resizes a picture and cuts parts out of it, to the last bit as Pillow does, computing only what
 * the parts show.
 *
 * <p>Two passes, each rounding to eight bits: first along the rows seen, then along the columns.
 * Rows are read once, in the order they are stored, and added to the few rows of each part that
 * they are part of, so the memory needed does not depend on the picture. A picture on its side has
 * its passes swapped instead of being turned.
 */
final class Resampler {
  /** Pillow shrinks a picture taller than this many times its width along its columns first. */
  private static final int VERY_TALL = 100;

  private final Part part;
  private final boolean transposed;
  private final boolean alongRowsFirst;
  private final Axis columns;
  private final Axis rows;

  private Resampler(
      Part part, boolean transposed, boolean alongRowsFirst, Axis columns, Axis rows) {
    this.part = part;
    this.transposed = transposed;
    this.alongRowsFirst = alongRowsFirst;
    this.columns = columns;
    this.rows = rows;
  }

  /** The one view that a network reads: see {@link #views}. */
  static byte[] crop(
      Extent extent, PixelRows pixels, int reduction, Preset preset, Runnable check) {
    return views(extent, pixels, reduction, Cut.crop(extent, preset), check).get(0);
  }

  /**
   * Makes all views of a picture while its rows are read once.
   *
   * @param extent the picture's sides and orientation
   * @param pixels the picture, which may have been decoded at a fraction of its size
   * @param reduction that fraction's denominator
   * @param check called before each row; what it throws ends the work
   */
  static List<byte[]> views(
      Extent extent, PixelRows pixels, int reduction, Cut cut, Runnable check) {
    Map<Part, Making> parts = new LinkedHashMap<>();
    for (Part part : cut.parts()) {
      parts.put(part, of(extent, pixels.width(), pixels.height(), reduction, part).new Making());
    }
    readRows(pixels, List.copyOf(parts.values()), check);
    List<byte[]> views = new ArrayList<>();
    for (Cut.View view : cut.views()) {
      byte[] made = Objects.requireNonNull(parts.get(view.part())).result;
      views.add(view.mirrored() ? mirrored(made, view.part().width()) : made);
    }
    return views;
  }

  private static void readRows(PixelRows pixels, List<Making> parts, Runnable check) {
    int from = parts.stream().mapToInt(part -> part.columns().sourceFrom()).min().orElse(0);
    int to = parts.stream().mapToInt(part -> part.columns().sourceTo()).max().orElse(0);
    int top = parts.stream().mapToInt(part -> part.rows().sourceFrom()).min().orElse(0);
    int bottom = parts.stream().mapToInt(part -> part.rows().sourceTo()).max().orElse(0);
    byte[] row = Axis.newRow(to - from);
    for (int y = top; y < bottom; y++) {
      check.run();
      boolean read = false;
      for (Making part : parts) {
        if (part.rows().sourceFrom() <= y && y < part.rows().sourceTo()) {
          if (!read) {
            pixels.read(y, from, to, row);
            read = true;
            if (part.isGrey()) {
              greyen(row, 3 * (to - from));
            }
          }
          part.add(y, row, from);
        }
      }
    }
  }

  private static byte[] mirrored(byte[] pixels, int width) {
    byte[] mirrored = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i += 3) {
      int pixel = i / 3;
      int other = 3 * (pixel - pixel % width + width - 1 - pixel % width);
      System.arraycopy(pixels, other, mirrored, i, 3);
    }
    return mirrored;
  }

  private static Resampler of(
      Extent extent, int storedWidth, int storedHeight, int reduction, Part part) {
    int orientation = extent.orientation();
    boolean transposed = Orientation.swapsSides(orientation);
    long width = extent.orientedWidth();
    long height = extent.orientedHeight();
    Geometry geometry = part.geometry();
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
            transposed ? part.height() : part.width(),
            part.interpolation(),
            columnsBackwards);
    Axis rows =
        Axis.of(
            storedHeight,
            (double) extent.height() / reduction,
            transposed ? geometry.resizedWidth() : newHeight,
            transposed ? geometry.left() : geometry.top(),
            transposed ? part.width() : part.height(),
            part.interpolation(),
            rowsBackwards);
    return new Resampler(part, transposed, transposed == verticalFirst, columns, rows);
  }

  /** How many bytes of the heap the views take while they are made, themselves included. */
  static long heapBytes(Extent extent, Cut cut) {
    long bytes = 0;
    int from = Integer.MAX_VALUE;
    int to = 0;
    for (Part part : cut.parts()) {
      Resampler resampler = of(extent, extent.width(), extent.height(), 1, part);
      bytes += resampler.heapBytes();
      from = Math.min(from, resampler.columns.sourceFrom());
      to = Math.max(to, resampler.columns.sourceTo());
    }
    for (Cut.View view : cut.views()) {
      bytes += view.mirrored() ? 3L * view.part().width() * view.part().height() : 0;
    }
    return bytes + 3L * (to - from);
  }

  private long heapBytes() {
    long source = (long) columns.sourceTo() - columns.sourceFrom();
    long samples = alongRowsFirst ? columns.entries() : source;
    return 3L * part.width() * part.height()
        + (alongRowsFirst ? 0 : 3 * source)
        + 12L * samples * (1 + rows.overlap())
        + 12L * columns.entries()
        + columns.heapBytes()
        + rows.heapBytes();
  }

  /** The part, while it is made of one row after the other. */
  private final class Making {
    private final byte[] result = new byte[3 * part.width() * part.height()];
    private final int[] samples;
    private final byte[] narrowed;
    private final int[] done = new int[3 * columns.entries()];

    /** A window that is open has its sums here; windows open and close in order. */
    private final int[][] sums;

    private int open;
    private int next;

    Making() {
      Arrays.fill(result, (byte) part.padding());
      int source = columns.sourceTo() - columns.sourceFrom();
      samples = new int[3 * (alongRowsFirst ? columns.entries() : source)];
      narrowed = alongRowsFirst ? new byte[0] : Axis.newRow(source);
      sums = new int[rows.overlap()][samples.length];
    }

    Axis columns() {
      return columns;
    }

    Axis rows() {
      return rows;
    }

    boolean isGrey() {
      return part.grey();
    }

    /**
     * @param row of the source, from the pixel {@code offset} on
     */
    void add(int y, byte[] row, int offset) {
      if (alongRowsFirst) {
        columns.apply(row, offset, samples);
      } else {
        widen(row, 3 * (columns.sourceFrom() - offset), samples);
      }
      while (next < rows.entries() && rows.from(next) <= y) {
        Arrays.fill(sums[next++ % sums.length], Axis.HALF);
      }
      for (int entry = open; entry < next; entry++) {
        Resampler.add(samples, rows.weight(entry, y), sums[entry % sums.length]);
      }
      while (open < next && rows.to(open) == y + 1) {
        int[] sum = sums[open % sums.length];
        if (alongRowsFirst) {
          place(narrow(sum), open, result);
        } else {
          narrow(sum, narrowed);
          columns.apply(narrowed, columns.sourceFrom(), done);
          place(done, open, result);
        }
        open++;
      }
    }
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

  private static void widen(byte[] row, int from, int[] samples) {
    for (int i = 0; i < samples.length; i++) {
      samples[i] = row[from + i] & 0xFF;
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
    int at = 3 * (transposed ? across * part.width() + line : line * part.width() + across);
    int step = 3 * (transposed ? part.width() : 1) * (columns.mirrored() ? -1 : 1);
    for (int sample = 0; sample < samples.length; sample += 3) {
      result[at] = (byte) samples[sample];
      result[at + 1] = (byte) samples[sample + 1];
      result[at + 2] = (byte) samples[sample + 2];
      at += step;
    }
  }
}
