package org.resnetserving.image;

import java.util.zip.CRC32;
import org.resnetserving.problem.ProblemException;

/**
 * A PNG's chunks: what the first one says, its palette, and where its data begin.
 *
 * @param colour what a sample means: {@link #GREY}, {@link #RGB}, {@link #INDEXED}, {@link
 *     #GREY_ALPHA} or {@link #RGB_ALPHA}
 * @param palette where the palette begins in the file
 * @param paletteEntries how many colours it has; 0 where there is none
 * @param data where the first chunk of data begins in the file
 * @param complete whether the chunk that ends a PNG is there
 */
record PngHeader(
    long width,
    long height,
    int depth,
    int colour,
    boolean interlaced,
    int palette,
    int paletteEntries,
    int data,
    int orientation,
    boolean complete) {
  static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";
  static final int GREY = 0;
  static final int RGB = 2;
  static final int INDEXED = 3;
  static final int GREY_ALPHA = 4;
  static final int RGB_ALPHA = 6;

  private static final int FIRST_CHUNK = 8;
  private static final int HEADER_BYTES = 13;
  private static final String XMP = "XML:com.adobe.xmp\0";

  static PngHeader read(byte[] file) {
    Bytes bytes = Bytes.bigEndian(PictureFormat.PNG, file);
    if (bytes.has(FIRST_CHUNK + 4, "CgBI")) {
      throw BadPicture.unsupported(
          "This is a PNG in Apple's own variant (CgBI), as iOS apps have.");
    }
    if (!bytes.has(FIRST_CHUNK + 4, "IHDR")) {
      throw corrupt("its first chunk is " + bytes.name(FIRST_CHUNK + 4) + ", not IHDR");
    }
    int palette = 0;
    int paletteEntries = 0;
    int data = -1;
    int exif = Orientation.ABSENT;
    int xmp = Orientation.ABSENT;
    int at = FIRST_CHUNK;
    while (!bytes.has(at + 4, "IEND")) {
      if ((data >= 0 || bytes.has(at + 4, "IDAT")) && !holdsChunk(bytes, at)) {
        data = data < 0 ? at : data;
        // Whether all rows are there is seen when they are read.
        return header(bytes, palette, paletteEntries, data, Orientation.choose(exif, xmp), false);
      }
      int end = endOfChunk(bytes, at);
      if (bytes.has(at + 4, "IDAT")) {
        data = data < 0 ? at : data;
      } else if (bytes.has(at + 4, "PLTE") && data < 0) {
        palette = at + 8;
        paletteEntries = Math.min((end - 4 - palette) / 3, 256);
      } else if (bytes.has(at + 4, "eXIf")) {
        exif = Orientation.ofExif(file, at + 8, end - 4);
      } else if (bytes.has(at + 4, "iTXt") && bytes.has(at + 8, XMP)) {
        xmp = Orientation.ofXmp(file, Math.min(at + 8 + XMP.length(), end - 4), end - 4);
      }
      if (data < 0) {
        requireChecksum(bytes, file, at, end);
      }
      at = end;
    }
    if (data < 0) {
      throw corrupt("it has no data");
    }
    return header(
        bytes, palette, paletteEntries, data, Orientation.choose(exif, xmp), holdsChunk(bytes, at));
  }

  private static PngHeader header(
      Bytes bytes, int palette, int paletteEntries, int data, int orientation, boolean complete) {
    if (bytes.u32(FIRST_CHUNK) < HEADER_BYTES) {
      throw corrupt("its header has " + bytes.u32(FIRST_CHUNK) + " bytes");
    }
    int at = FIRST_CHUNK + 8;
    int depth = bytes.u8(at + 8);
    int colour = bytes.u8(at + 9);
    boolean possible =
        switch (colour) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case INDEXED -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case RGB, GREY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!possible) {
      throw corrupt("there is no colour type " + colour + " of " + depth + " bits");
    }
    if (bytes.u8(at + 10) != 0 || bytes.u8(at + 11) != 0 || bytes.u8(at + 12) > 1) {
      throw corrupt("its compression, filter or interlace method is unknown");
    }
    if (colour == INDEXED && paletteEntries == 0) {
      throw corrupt("it has no palette");
    }
    return new PngHeader(
        bytes.u32(at),
        bytes.u32(at + 4),
        depth,
        colour,
        bytes.u8(at + 12) == 1,
        palette,
        paletteEntries,
        data,
        orientation,
        complete);
  }

  /** How many samples a pixel has. */
  int channels() {
    return switch (colour) {
      case RGB -> 3;
      case GREY_ALPHA -> 2;
      case RGB_ALPHA -> 4;
      default -> 1;
    };
  }

  /** How many bytes the longest row has, without its filter. */
  long rowBytes() {
    return (width * depth * channels() + 7) / 8;
  }

  private static boolean holdsChunk(Bytes bytes, int at) {
    return at + 12 <= bytes.length() && at + 12 + bytes.u32(at) <= bytes.length();
  }

  private static int endOfChunk(Bytes bytes, int at) {
    long length = bytes.u32(at);
    bytes.require(at, length + 12);
    return (int) (at + length + 12);
  }

  /**
   * Checksums are verified as far as Pillow does: up to the data, whose own stream has another one.
   */
  private static void requireChecksum(Bytes bytes, byte[] file, int at, int end) {
    CRC32 checksum = new CRC32();
    checksum.update(file, at + 4, end - at - 8);
    if (checksum.getValue() != bytes.u32(end - 4)) {
      throw corrupt("the checksum of chunk %s is wrong".formatted(bytes.name(at + 4)));
    }
  }

  private static ProblemException corrupt(String what) {
    return BadPicture.corrupt(PictureFormat.PNG, what);
  }
}
