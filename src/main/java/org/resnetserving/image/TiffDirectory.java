package org.resnetserving.image;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.resnetserving.problem.ProblemException;

/** The first list of tags in a TIFF; what others there are is never looked at. */
final class TiffDirectory {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int FILL_ORDER = 266;
  static final int STRIP_OFFSETS = 273;
  static final int ORIENTATION = 274;
  static final int SAMPLES = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_BYTES = 279;
  static final int PLANAR = 284;
  static final int PREDICTOR = 317;
  static final int COLOURS = 320;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTES = 325;
  static final int EXTRA_SAMPLES = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int XMP = 700;

  private static final int ENTRY_BYTES = 12;

  private final Bytes bytes;

  /** Where the entry of each tag is. */
  private final Map<Integer, Long> entries = new HashMap<>();

  TiffDirectory(byte[] file) {
    this.bytes =
        Bytes.starts(file, 0, "II")
            ? Bytes.littleEndian(PictureFormat.TIFF, file)
            : Bytes.bigEndian(PictureFormat.TIFF, file);
    long at = bytes.u32(4);
    int count = bytes.u16(at);
    bytes.require(at + 2, (long) count * ENTRY_BYTES);
    for (int i = 0; i < count; i++) {
      long entry = at + 2 + (long) i * ENTRY_BYTES;
      if (entries.put(bytes.u16(entry), entry) != null) {
        throw corrupt("tag %d occurs twice".formatted(bytes.u16(entry)));
      }
    }
  }

  /** The file, in the order of bytes that it is written in. */
  Bytes bytes() {
    return bytes;
  }

  boolean has(int tag) {
    return entries.containsKey(tag);
  }

  /** How many values a tag has. */
  long count(int tag) {
    Long entry = entries.get(tag);
    return entry == null ? 0 : bytes.u32(entry + 4);
  }

  long first(int tag, long absent) {
    return count(tag) == 0 ? absent : value(tag, 0);
  }

  /** The {@code i}th value of a tag that has so many. */
  long value(int tag, long i) {
    int type = type(tag);
    long at = at(tag) + i * size(tag, type);
    return switch (type) {
      case 1, 7 -> bytes.u8(at);
      case 3 -> bytes.u16(at);
      default -> bytes.u32(at);
    };
  }

  /** Where the values of a tag begin in the file. */
  long at(int tag) {
    long field = entry(tag) + 8;
    return count(tag) * size(tag, type(tag)) <= 4 ? field : bytes.u32(field);
  }

  /**
   * A copy of the file in which the orientation is 1, for a decoder that would apply it as well.
   */
  byte[] upright(byte[] file) {
    byte[] copy = file.clone();
    if (count(ORIENTATION) == 1) {
      int at = (int) at(ORIENTATION);
      int size = size(ORIENTATION, type(ORIENTATION));
      Arrays.fill(copy, at, at + size, (byte) 0);
      copy[Bytes.starts(file, 0, "II") ? at : at + size - 1] = 1;
    }
    return copy;
  }

  private int type(int tag) {
    return bytes.u16(entry(tag) + 2);
  }

  private static int size(int tag, int type) {
    return switch (type) {
      case 1, 7 -> 1;
      case 3 -> 2;
      case 4 -> 4;
      default -> throw corrupt("tag %d is of type %d".formatted(tag, type));
    };
  }

  private long entry(int tag) {
    Long entry = entries.get(tag);
    if (entry == null) {
      throw corrupt("tag %d is missing".formatted(tag));
    }
    return entry;
  }

  static ProblemException corrupt(String what) {
    return BadPicture.corrupt(PictureFormat.TIFF, what);
  }
}
