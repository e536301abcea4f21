package org.resnetserving.image;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
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

  private static final int BIG = 43;

  /** What is asked for; a file may have 65 535 others, which take no memory here. */
  private static final Set<Integer> KNOWN =
      Set.of(
          WIDTH,
          HEIGHT,
          BITS,
          COMPRESSION,
          PHOTOMETRIC,
          FILL_ORDER,
          STRIP_OFFSETS,
          ORIENTATION,
          SAMPLES,
          ROWS_PER_STRIP,
          STRIP_BYTES,
          PLANAR,
          PREDICTOR,
          COLOURS,
          TILE_WIDTH,
          TILE_HEIGHT,
          TILE_OFFSETS,
          TILE_BYTES,
          EXTRA_SAMPLES,
          SAMPLE_FORMAT,
          XMP);

  private final Bytes bytes;

  /** Whether this is a BigTIFF, whose offsets and counts have eight bytes. */
  private final boolean big;

  /** Where the entry of each tag is. */
  private final Map<Integer, Long> entries = new HashMap<>();

  TiffDirectory(byte[] file) {
    this.bytes =
        Bytes.starts(file, 0, "II")
            ? Bytes.littleEndian(PictureFormat.TIFF, file)
            : Bytes.bigEndian(PictureFormat.TIFF, file);
    this.big = bytes.u16(2) == BIG;
    if (big && (bytes.u16(4) != 8 || bytes.u16(6) != 0)) {
      throw corrupt("its offsets are of %d bytes".formatted(bytes.u16(4)));
    }
    long at = big ? bytes.u64(8) : bytes.u32(4);
    long count = big ? bytes.u64(at) : bytes.u16(at);
    long first = at + (big ? 8 : 2);
    int entryBytes = big ? 20 : 12;
    if (count > bytes.length()) {
      throw corrupt("it claims %d tags".formatted(count));
    }
    bytes.require(first, count * entryBytes);
    for (long entry = first; entry < first + count * entryBytes; entry += entryBytes) {
      int tag = bytes.u16(entry);
      if (KNOWN.contains(tag) && entries.put(tag, entry) != null) {
        throw corrupt("tag %d occurs twice".formatted(tag));
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
    return entry == null ? 0 : counted(entry);
  }

  /** A BigTIFF's may have eight bytes; what does not fit the file has no meaning either. */
  private long counted(long entry) {
    return big ? Math.min(bytes.u64(entry + 4), Integer.MAX_VALUE) : bytes.u32(entry + 4);
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
      case 16 -> bytes.u64(at);
      default -> bytes.u32(at);
    };
  }

  /** Where the values of a tag begin in the file. */
  long at(int tag) {
    long field = entry(tag) + (big ? 12 : 8);
    if (count(tag) * size(tag, type(tag)) <= (big ? 8 : 4)) {
      return field;
    }
    return big ? bytes.u64(field) : bytes.u32(field);
  }

  /** Sets the orientation to 1 in a copy of the file, for a decoder that would apply it as well. */
  void turnUpright(BytePointer copy) {
    if (count(ORIENTATION) == 1) {
      long at = at(ORIENTATION);
      int size = size(ORIENTATION, type(ORIENTATION));
      for (int i = 0; i < size; i++) {
        boolean lowest = i == (bytes.littleEndian() ? 0 : size - 1);
        copy.put(at + i, (byte) (lowest ? 1 : 0));
      }
    }
  }

  private int type(int tag) {
    return bytes.u16(entry(tag) + 2);
  }

  private static int size(int tag, int type) {
    return switch (type) {
      case 1, 7 -> 1;
      case 3 -> 2;
      case 4 -> 4;
      case 16 -> 8;
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
