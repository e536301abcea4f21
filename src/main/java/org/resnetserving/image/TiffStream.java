package org.resnetserving.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks the strips or tiles of a TIFF, one after the other, as their bytes are asked for. */
interface TiffStream extends AutoCloseable {
  /** What zlib takes outside the heap to inflate: its window and tables. */
  long INFLATER_BYTES = 48L << 10;

  /** Goes to a strip or tile, which lies between these offsets; tables are used again. */
  void open(int from, int to);

  /** Reads exactly so many bytes. */
  void read(byte[] target, int at, int length);

  @Override
  default void close() {}

  /** A stream for a compression that {@link TiffCompression#isStream}. */
  static TiffStream of(long compression, byte[] file) {
    return switch ((int) compression) {
      case TiffCompression.STORED -> new Stored(file);
      case TiffCompression.LZW -> new TiffLzw(file);
      case TiffCompression.PACK_BITS -> new PackBits(file);
      default -> new Deflated(file);
    };
  }

  /** What such a stream takes of the heap; zlib's own memory counts as if it were there, too. */
  static long heapBytes(long compression) {
    if (compression == TiffCompression.LZW) {
      return TiffLzw.HEAP_BYTES;
    }
    return TiffCompression.isDeflate(compression) ? INFLATER_BYTES : 128;
  }

  static RuntimeException tooShort() {
    return BadPicture.truncated(PictureFormat.TIFF, "a strip or tile has too few bytes");
  }

  /** Bytes as they are. */
  final class Stored implements TiffStream {
    private final byte[] file;
    private int to;
    private int next;

    Stored(byte[] file) {
      this.file = file;
    }

    @Override
    public void open(int from, int to) {
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
    private int to;
    private int next;
    private int literals;
    private int repeats;

    PackBits(byte[] file) {
      this.file = file;
    }

    @Override
    public void open(int from, int to) {
      this.next = from;
      this.to = to;
      literals = 0;
      repeats = 0;
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
    private final byte[] file;
    private final Inflater inflater = new Inflater();

    Deflated(byte[] file) {
      this.file = file;
    }

    @Override
    public void open(int from, int to) {
      inflater.reset();
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
