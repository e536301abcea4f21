package org.resnetserving.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The data of one strip or tile of a TIFF, unpacked as they are read. */
interface TiffStream extends AutoCloseable {
  int STORED = 1;
  int LZW = 5;
  int DEFLATE = 8;
  int PACK_BITS = 32773;
  int OLD_DEFLATE = 32946;

  /** Reads exactly so many bytes. */
  void read(byte[] target, int at, int length);

  @Override
  default void close() {}

  static boolean unpacks(long compression) {
    return compression == STORED
        || compression == LZW
        || compression == DEFLATE
        || compression == PACK_BITS
        || compression == OLD_DEFLATE;
  }

  static TiffStream open(long compression, byte[] file, int from, int to) {
    return switch ((int) compression) {
      case STORED -> new Stored(file, from, to);
      case LZW -> new TiffLzw(file, from, to);
      case PACK_BITS -> new PackBits(file, from, to);
      default -> new Deflated(file, from, to);
    };
  }

  static RuntimeException tooShort() {
    return BadPicture.truncated(PictureFormat.TIFF, "a strip or tile has too few bytes");
  }

  /** Bytes as they are. */
  final class Stored implements TiffStream {
    private final byte[] file;
    private final int to;
    private int next;

    Stored(byte[] file, int from, int to) {
      this.file = file;
      this.next = from;
      this.to = to;
    }

    @Override
    public void read(byte[] target, int at, int length) {
      if (length > to - next) {
        throw tooShort();
      }
      System.arraycopy(file, next, target, at, length);
      next += length;
    }
  }

  /** Runs and literals, each led by a byte. */
  final class PackBits implements TiffStream {
    private final byte[] file;
    private final int to;
    private int next;
    private int literals;
    private int repeats;

    PackBits(byte[] file, int from, int to) {
      this.file = file;
      this.next = from;
      this.to = to;
    }

    @Override
    public void read(byte[] target, int at, int length) {
      for (int i = at; i < at + length; i++) {
        while (literals == 0 && repeats == 0) {
          int lead = take();
          if (lead >= 0) {
            literals = lead + 1;
          } else if (lead != Byte.MIN_VALUE) {
            repeats = 1 - lead;
          }
        }
        if (literals > 0) {
          target[i] = take();
          literals--;
        } else {
          target[i] = file[requireNext()];
          repeats--;
          next += repeats == 0 ? 1 : 0;
        }
      }
    }

    private byte take() {
      byte value = file[requireNext()];
      next++;
      return value;
    }

    private int requireNext() {
      if (next >= to) {
        throw tooShort();
      }
      return next;
    }
  }

  /** A zlib stream. */
  final class Deflated implements TiffStream {
    private final Inflater inflater = new Inflater();

    Deflated(byte[] file, int from, int to) {
      inflater.setInput(file, from, to - from);
    }

    @Override
    public void read(byte[] target, int at, int length) {
      int done = 0;
      try {
        while (done < length) {
          int more = inflater.inflate(target, at + done, length - done);
          if (more == 0) {
            throw tooShort();
          }
          done += more;
        }
      } catch (DataFormatException e) {
        throw BadPicture.corrupt(PictureFormat.TIFF, "its data cannot be inflated", e);
      }
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
