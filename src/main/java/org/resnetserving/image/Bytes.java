package org.resnetserving.image;

import java.nio.charset.StandardCharsets;
import org.resnetserving.problem.ProblemException;

/** A file's bytes, read at offsets that the file itself may have made up: none leads outside. */
final class Bytes {
  private final PictureFormat format;
  private final byte[] bytes;
  private final boolean littleEndian;

  private Bytes(PictureFormat format, byte[] bytes, boolean littleEndian) {
    this.format = format;
    this.bytes = bytes;
    this.littleEndian = littleEndian;
  }

  static Bytes littleEndian(PictureFormat format, byte[] bytes) {
    return new Bytes(format, bytes, true);
  }

  static Bytes bigEndian(PictureFormat format, byte[] bytes) {
    return new Bytes(format, bytes, false);
  }

  boolean littleEndian() {
    return littleEndian;
  }

  int length() {
    return bytes.length;
  }

  int u8(long at) {
    return bytes[require(at, 1)] & 0xFF;
  }

  int u16(long at) {
    int i = require(at, 2);
    int first = bytes[i] & 0xFF;
    int second = bytes[i + 1] & 0xFF;
    return littleEndian ? first | second << 8 : first << 8 | second;
  }

  int u24(long at) {
    return littleEndian ? u16(at) | u8(at + 2) << 16 : u16(at) << 8 | u8(at + 2);
  }

  long u32(long at) {
    long first = u16(at);
    long second = u16(at + 2);
    return littleEndian ? first | second << 16 : first << 16 | second;
  }

  /** Eight bytes; what would be negative or huge is the largest number there is. */
  long u64(long at) {
    long first = u32(at);
    long second = u32(at + 4);
    long high = littleEndian ? second : first;
    long low = littleEndian ? first : second;
    return high > Integer.MAX_VALUE ? Long.MAX_VALUE : high << 32 | low;
  }

  /** Where the next byte of this value is. */
  int find(int value, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == (byte) value) {
        return i;
      }
    }
    throw outside(bytes.length, 1);
  }

  boolean has(long at, String ascii) {
    return starts(bytes, at, ascii);
  }

  static boolean starts(byte[] bytes, long at, String ascii) {
    if (at < 0 || at + ascii.length() > bytes.length) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if ((bytes[(int) at + i] & 0xFF) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The text of four bytes, for messages: what is not printable becomes a dot. */
  String name(long at) {
    int i = require(at, 4);
    return new String(bytes, i, 4, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", ".");
  }

  /** Checks that {@code count} bytes lie at {@code at}, and gives that as an index. */
  int require(long at, long count) {
    if (at < 0 || count < 0 || at > bytes.length || count > bytes.length - at) {
      throw outside(at, count);
    }
    return (int) at;
  }

  private ProblemException outside(long at, long count) {
    return BadPicture.truncated(
        format,
        "%d bytes are needed at offset %d of a file of %d".formatted(count, at, bytes.length));
  }
}
