package org.resnetserving.image;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A BMP, read straight from the file; a compressed one is unpacked to indices first. */
final class BmpRows implements PixelRows {
  private final BmpHeader header;
  private final byte[] file;
  private final int width;
  private final int height;
  private final int stride;
  private final @Nullable NativeBuffer indices;
  private final boolean padded;

  BmpRows(byte[] file, BmpHeader header, Runnable check) {
    this.header = header;
    this.file = file;
    this.width = (int) header.width();
    this.height = (int) header.height();
    long rowBytes = ((long) width * header.bits() + 31) / 32 * 4;
    this.stride = (int) rowBytes;
    Bytes bytes = Bytes.littleEndian(PictureFormat.BMP, file);
    if (header.compression() == BmpHeader.RAW) {
      // The last row's padding may be missing: nothing is in it.
      long needed = rowBytes * (height - 1) + ((long) width * header.bits() + 7) / 8;
      bytes.require(header.data(), needed);
      this.padded = header.data() + rowBytes * height <= file.length;
      this.indices = null;
    } else {
      this.padded = true;
      this.indices = new NativeBuffer((long) width * height);
      try {
        unpack(bytes, indices.bytes(), check);
      } catch (RuntimeException e) {
        indices.close();
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
    int line = header.topDown() ? y : height - 1 - y;
    int row = header.data() + line * stride;
    int bits = header.bits();
    int out = 0;
    for (int x = from; x < to; x++) {
      if (indices != null) {
        indexed(indices.bytes().get(line * width + x) & 0xFF, rgb, out);
      } else if (bits <= 8) {
        int bit = x * bits;
        int shift = 8 - bits - (bit & 7);
        indexed((file[row + (bit >> 3)] & 0xFF) >> shift & ((1 << bits) - 1), rgb, out);
      } else if (bits == 16) {
        sixteen((file[row + 2 * x] & 0xFF) | (file[row + 2 * x + 1] & 0xFF) << 8, rgb, out);
      } else {
        int at = row + x * (bits / 8);
        rgb[out] = file[at + header.layout().red()];
        rgb[out + 1] = file[at + header.layout().green()];
        rgb[out + 2] = file[at + header.layout().blue()];
      }
      out += 3;
    }
  }

  @Override
  public @Nullable String warning() {
    return padded ? null : "The BMP lacks the padding of its last row.";
  }

  @Override
  public void close() {
    if (indices != null) {
      indices.close();
    }
  }

  private void indexed(int index, byte[] rgb, int out) {
    boolean known = index < header.paletteEntries();
    int at = header.palette() + index * header.paletteBytes();
    for (int i = 0; i < 3; i++) {
      rgb[out + i] = known ? file[at + 2 - i] : 0;
    }
  }

  private void sixteen(int pixel, byte[] rgb, int out) {
    boolean green6 = header.layout().green6();
    rgb[out] = (byte) ((pixel >> (green6 ? 11 : 10) & 31) * 255 / 31);
    rgb[out + 1] = (byte) (green6 ? (pixel >> 5 & 63) * 255 / 63 : (pixel >> 5 & 31) * 255 / 31);
    rgb[out + 2] = (byte) ((pixel & 31) * 255 / 31);
  }

  /** Unpacks runs; what they leave out has index 0. */
  private void unpack(Bytes bytes, ByteBuffer target, Runnable check) {
    for (int i = 0; i < target.capacity(); i++) {
      target.put(i, (byte) 0);
    }
    boolean nibbles = header.compression() == BmpHeader.RLE4;
    long at = header.data();
    long out = 0;
    int x = 0;
    while (out < target.capacity()) {
      int count = bytes.u8(at);
      int value = bytes.u8(at + 1);
      at += 2;
      if (count > 0) {
        count = Math.min(count, Math.max(0, width - x));
        for (int i = 0; i < count; i++) {
          put(target, out++, nibbles ? nibble(value, i) : value);
        }
        x += count;
      } else if (value == 0) {
        check.run();
        out += (width - out % width) % width;
        x = 0;
      } else if (value == 1) {
        throw BadPicture.truncated(PictureFormat.BMP, "its runs end before its last row");
      } else if (value == 2) {
        out += bytes.u8(at) + (long) bytes.u8(at + 1) * width;
        x = (int) (out % width);
        at += 2;
      } else {
        for (int i = 0; i < (nibbles ? value & ~1 : value); i++) {
          put(target, out++, nibbles ? nibble(bytes.u8(at + i / 2), i) : bytes.u8(at + i));
        }
        x += value;
        at += nibbles ? value / 2 : value;
        at += at & 1;
      }
    }
  }

  private static int nibble(int value, int i) {
    return i % 2 == 0 ? value >> 4 : value & 15;
  }

  private static void put(ByteBuffer target, long at, int index) {
    if (at < target.capacity()) {
      target.put((int) at, (byte) index);
    }
  }
}
