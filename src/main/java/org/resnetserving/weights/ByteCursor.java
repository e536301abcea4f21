package org.resnetserving.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads a stretch of a file from front to back. */
public final class ByteCursor {
  private static final int BUFFER_BYTES = 1 << 13;

  private final FileBytes source;
  private final long limit;
  private final String what;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long position;

  /** Reads from a position up to a limit (exclusive) that is not behind the file's end. */
  ByteCursor(FileBytes source, long position, long limit) {
    this(source, position, limit, "pickle");
  }

  /**
   * Reads from a position up to a limit (exclusive) that is not behind the file's end.
   *
   * @param what messages call the stretch
   */
  public ByteCursor(FileBytes source, long position, long limit, String what) {
    this.source = source;
    this.what = what;
    this.position = position;
    this.limit = limit;
    buffer.limit(0);
  }

  /** Of the next byte in the file. */
  public long position() {
    return position - buffer.remaining();
  }

  int u8() {
    return require(1).get() & 0xff;
  }

  int u16() {
    return require(2).getShort() & 0xffff;
  }

  /** The next number of 32 bits. */
  public int i32() {
    return require(4).getInt();
  }

  /** The next number of 64 bits. */
  public long i64() {
    return require(8).getLong();
  }

  double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(i64()));
  }

  /** Passes over bytes. */
  public void skip(long count) {
    if (count < 0 || count > limit - position()) {
      throw truncated(count);
    }
    if (count <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) count);
    } else {
      position = position() + count;
      buffer.limit(0);
    }
  }

  /** The next bytes. */
  public byte[] bytes(int count) {
    if (count > limit - position()) {
      throw truncated(count);
    }
    byte[] bytes = new byte[count];
    for (int done = 0; done < count; ) {
      int some = Math.min(count - done, BUFFER_BYTES);
      require(some).get(bytes, done, some);
      done += some;
    }
    return bytes;
  }

  /** The buffer, with at least so many bytes of the file in it. */
  private ByteBuffer require(int count) {
    if (buffer.remaining() < count) {
      if (count > limit - position()) {
        throw truncated(count);
      }
      long start = position();
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, limit - start));
      source.read(start, buffer);
      position = start + buffer.limit();
    }
    return buffer;
  }

  /** A refusal of the pickle that is being read. */
  WeightsException malformed(String problem) {
    return source.refuse("has a %s that %s (before byte %d)".formatted(what, problem, position()));
  }

  private WeightsException truncated(long count) {
    return source.refuse(
        "is truncated: %s more bytes wanted at %d, where the %s must end at %d"
            .formatted(Long.toUnsignedString(count), position(), what, limit));
  }
}
