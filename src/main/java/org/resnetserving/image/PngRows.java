package org.resnetserving.image;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;

/**
 * A PNG, inflated as its rows are asked for; an interlaced one is all there first.
 *
 * <p>Colours are as Pillow's {@code convert("RGB")} makes them: transparency is dropped, not
 * painted over anything, and of 16 bits the upper eight count.
 */
final class PngRows implements PixelRows {
  /** Adam7: where each pass begins and how far its pixels are apart. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private final PngHeader header;
  private final byte[] file;
  private final Runnable check;
  private final Bytes bytes;
  private final int width;
  private final int height;
  private final int pixelBits;
  private final Inflater inflater = new Inflater();
  private final @Nullable NativeBuffer interlaced;
  private byte[] previous;
  private byte[] current;
  private int chunk;
  private int row;

  PngRows(byte[] file, PngHeader header, Runnable check) {
    this.header = header;
    this.check = check;
    this.file = file;
    this.bytes = Bytes.bigEndian(PictureFormat.PNG, file);
    this.width = (int) header.width();
    this.height = (int) header.height();
    this.pixelBits = header.depth() * header.channels();
    this.chunk = header.data();
    this.previous = new byte[rowBytes(width)];
    this.current = new byte[rowBytes(width)];
    this.interlaced = header.interlaced() ? new NativeBuffer(3L * width * height) : null;
    if (interlaced != null) {
      try {
        readPasses(interlaced, check);
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int height() {
    return height;
  }

  @Override
  public void read(int y, int from, int to, byte[] rgb) {
    if (interlaced != null) {
      interlaced.bytes().get(3 * (y * width + from), rgb, 0, 3 * (to - from));
      return;
    }
    while (row <= y) {
      nextRow(width);
      row++;
    }
    colours(from, to, rgb);
  }

  @Override
  public void finish() {
    while (interlaced == null && row < height) {
      check.run();
      nextRow(width);
      row++;
    }
  }

  @Override
  public @Nullable String warning() {
    return header.complete() ? null : "The PNG lacks its end (chunk IEND).";
  }

  @Override
  public void close() {
    inflater.end();
    if (interlaced != null) {
      interlaced.close();
    }
  }

  private int rowBytes(int pixels) {
    return (int) (((long) pixels * pixelBits + 7) / 8);
  }

  private void readPasses(NativeBuffer picture, Runnable check) {
    byte[] rgb = new byte[3 * width];
    for (int[] pass : PASSES) {
      int across = (width - pass[0] + pass[2] - 1) / pass[2];
      int down = (height - pass[1] + pass[3] - 1) / pass[3];
      if (across == 0) {
        continue;
      }
      Arrays.fill(current, (byte) 0);
      for (int i = 0; i < down; i++) {
        check.run();
        nextRow(across);
        colours(0, across, rgb);
        int at = 3 * ((pass[1] + i * pass[3]) * width + pass[0]);
        for (int j = 0; j < across; j++) {
          picture.bytes().put(at, rgb, 3 * j, 3);
          at += 3 * pass[2];
        }
      }
    }
  }

  /** Inflates a row and undoes its filter; {@link #current} is what it is made of. */
  private void nextRow(int pixels) {
    byte[] above = current;
    current = previous;
    previous = above;
    int length = rowBytes(pixels);
    inflate(current, 1);
    int filter = current[0];
    inflate(current, length);
    int distance = Math.max(1, pixelBits / 8);
    switch (filter) {
      case 0 -> {}
      case 1 -> PngFilter.left(current, length, distance);
      case 2 -> PngFilter.above(current, above, length);
      case 3 -> PngFilter.average(current, above, length, distance);
      case 4 -> PngFilter.paeth(current, above, length, distance);
      default -> throw corrupt("row %d has filter %d".formatted(row, filter), null);
    }
  }

  private void inflate(byte[] target, int length) {
    int done = 0;
    try {
      while (done < length) {
        done += inflater.inflate(target, done, length - done);
        if (done < length) {
          feed();
        }
      }
    } catch (DataFormatException e) {
      throw corrupt("its data cannot be inflated (%s)".formatted(e.getMessage()), e);
    }
  }

  private void feed() {
    if (inflater.needsDictionary()) {
      throw corrupt("its data need a dictionary", null);
    }
    if (inflater.finished()) {
      throw corrupt("its data end in row %d of %d".formatted(row, height), null);
    }
    if (inflater.needsInput()) {
      if (!bytes.has(chunk + 4, "IDAT")) {
        throw BadPicture.truncated(
            PictureFormat.PNG, "its data end in row %d of %d".formatted(row, height));
      }
      // A last chunk that is cut short may hold all rows nevertheless.
      long end = Math.min(chunk + 8 + bytes.u32(chunk), file.length);
      inflater.setInput(file, chunk + 8, (int) end - chunk - 8);
      chunk = (int) Math.min(end + 4, file.length);
    }
  }

  private void colours(int from, int to, byte[] rgb) {
    int step = header.depth() / 8;
    switch (header.colour()) {
      case PngHeader.RGB, PngHeader.RGB_ALPHA -> {
        int pixel = pixelBits / 8;
        int at = from * pixel;
        if (pixel == 3) {
          System.arraycopy(current, at, rgb, 0, 3 * (to - from));
          return;
        }
        for (int out = 0; out < 3 * (to - from); out += 3) {
          rgb[out] = current[at];
          rgb[out + 1] = current[at + step];
          rgb[out + 2] = current[at + 2 * step];
          at += pixel;
        }
      }
      case PngHeader.INDEXED -> {
        for (int x = from; x < to; x++) {
          int index = packed(x);
          int at = 3 * (x - from);
          boolean known = index < header.paletteEntries();
          for (int i = 0; i < 3; i++) {
            rgb[at + i] = known ? file[header.palette() + 3 * index + i] : 0;
          }
        }
      }
      default -> {
        int most = (1 << Math.min(header.depth(), 8)) - 1;
        for (int x = from; x < to; x++) {
          int sample = step > 0 ? current[x * pixelBits / 8] : packed(x) * (255 / most);
          int at = 3 * (x - from);
          rgb[at] = (byte) sample;
          rgb[at + 1] = (byte) sample;
          rgb[at + 2] = (byte) sample;
        }
      }
    }
  }

  /** A sample of at most eight bits. */
  private int packed(int x) {
    int depth = header.depth();
    int bit = x * depth;
    return (current[bit >> 3] & 0xFF) >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
  }

  private static ProblemException corrupt(String what, @Nullable Throwable cause) {
    return BadPicture.corrupt(PictureFormat.PNG, what, cause);
  }
}
