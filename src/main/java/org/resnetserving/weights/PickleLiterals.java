package org.resnetserving.weights;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values that a pickle spells out: numbers, strings and bytes. Long strings and all bytes
 * are skipped, since no name of a tensor is one; they become opaque.
 */
final class PickleLiterals {
  /** Most bytes of a string that is kept. */
  static final int MAX_STRING_BYTES = 1 << 16;

  /** Most bytes of an integer that is kept. */
  private static final int MAX_INTEGER_BYTES = 255;

  private static final int MAX_LINE_LENGTH = 256;

  private final ByteCursor in;

  PickleLiterals(ByteCursor in) {
    this.in = in;
  }

  /** The value that an instruction spells out; null if it is none that does. */
  @Nullable Object read(int code) {
    return switch (code) {
      case 'N' -> Unpickler.NONE;
      case 0x88 -> true;
      case 0x89 -> false;
      case 'K' -> (long) in.u8();
      case 'M' -> (long) in.u16();
      case 'J' -> (long) in.i32();
      case 0x8a -> integer(in.u8());
      case 0x8b -> integer(length32());
      case 'I', 'L' -> decimal(line());
      case 'G' -> in.bigEndianDouble();
      case 'F' -> new PickledObject("number " + line());
      case 'X' -> string(length32());
      case 0x8c -> string(in.u8());
      case 0x8d -> string(in.i64());
      case 'U' -> latin1(in.u8());
      case 'T' -> latin1(length32());
      case 'S', 'V' -> unquoted(line());
      case 'C' -> bytes(in.u8());
      case 'B' -> bytes(length32());
      case 0x8e, 0x96 -> bytes(in.i64());
      case 0x97 -> new PickledObject("buffer outside of the file");
      case 0x82 -> new PickledName("extension " + in.u8());
      case 0x83 -> new PickledName("extension " + in.u16());
      case 0x84 -> new PickledName("extension " + in.i32());
      default -> null;
    };
  }

  /** Text up to the end of a line. */
  String line() {
    StringBuilder line = new StringBuilder();
    for (int c = in.u8(); c != '\n'; c = in.u8()) {
      if (line.length() == MAX_LINE_LENGTH) {
        throw in.malformed("has a name of more than %d characters".formatted(MAX_LINE_LENGTH));
      }
      line.append((char) c);
    }
    return line.toString();
  }

  /** The number on a line under which a value is remembered. */
  int index() {
    try {
      return Integer.parseInt(line());
    } catch (NumberFormatException e) {
      throw in.malformed("remembers a value under no number");
    }
  }

  private long length32() {
    return Integer.toUnsignedLong(in.i32());
  }

  private Object integer(long length) {
    if (length > MAX_INTEGER_BYTES) {
      return skip(length, "integer");
    }
    byte[] bigEndian = in.bytes((int) length);
    for (int i = 0; i < bigEndian.length / 2; i++) {
      byte low = bigEndian[i];
      bigEndian[i] = bigEndian[bigEndian.length - 1 - i];
      bigEndian[bigEndian.length - 1 - i] = low;
    }
    return shortest(bigEndian.length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian));
  }

  private Object decimal(String line) {
    if (line.equals("00") || line.equals("01")) {
      return line.equals("01"); // how protocol 0 writes False and True
    }
    try {
      return shortest(new BigInteger(line.endsWith("L") ? line.replace("L", "") : line));
    } catch (NumberFormatException e) {
      throw in.malformed("has a number that is none");
    }
  }

  private static Object shortest(BigInteger integer) {
    return integer.bitLength() < Long.SIZE ? (Object) integer.longValue() : integer;
  }

  private Object string(long length) {
    if (length < 0 || length > MAX_STRING_BYTES) {
      return skip(length, "string");
    }
    byte[] utf8 = in.bytes((int) length);
    withoutSurrogates(utf8);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw in.malformed("has a string that is not UTF-8");
    }
  }

  /** Python writes lone surrogates (0xED, 0xA0 to 0xBF, any): they become question marks. */
  private static void withoutSurrogates(byte[] utf8) {
    for (int i = 0; i + 2 < utf8.length; i++) {
      if (utf8[i] == (byte) 0xed && (utf8[i + 1] & 0xe0) == 0xa0 && (utf8[i + 2] & 0xc0) == 0x80) {
        utf8[i] = '?';
        utf8[i + 1] = '?';
        utf8[i + 2] = '?';
      }
    }
  }

  private Object latin1(long length) {
    return length > MAX_STRING_BYTES
        ? skip(length, "string")
        : new String(in.bytes((int) length), StandardCharsets.ISO_8859_1);
  }

  private static String unquoted(String line) {
    boolean quoted = line.length() > 1 && (line.startsWith("'") || line.startsWith("\""));
    return quoted ? line.substring(1, line.length() - 1) : line;
  }

  private Object bytes(long length) {
    return skip(length, "bytes");
  }

  private Object skip(long length, String what) {
    in.skip(length);
    return new PickledObject(what);
  }
}
