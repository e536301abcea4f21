package org.resnetserving.image;

import org.resnetserving.problem.ProblemException;

/** What the chunks of a WebP say. */
record WebpHeader(int width, int height, boolean animated, int orientation) {
  /** The decoder holds four bytes for each pixel, and its own picture beside ours. */
  static final int BYTES_PER_PIXEL = 8;

  private static final int FIRST_CHUNK = 12;

  static WebpHeader read(byte[] file) {
    Bytes bytes = Bytes.littleEndian(PictureFormat.WEBP, file);
    long claimed = bytes.u32(4) + 8;
    if (claimed > bytes.length()) {
      throw BadPicture.truncated(
          PictureFormat.WEBP, "it claims %d bytes and has %d".formatted(claimed, bytes.length()));
    }
    int data = FIRST_CHUNK + 8;
    String kind = bytes.name(FIRST_CHUNK);
    return switch (kind) {
      case "VP8 " -> {
        if (bytes.u24(data + 3) != 0x2A019D) {
          throw corrupt("its frame lacks the start code");
        }
        yield new WebpHeader(
            bytes.u16(data + 6) & 0x3FFF, bytes.u16(data + 8) & 0x3FFF, false, Orientation.UPRIGHT);
      }
      case "VP8L" -> {
        if (bytes.u8(data) != 0x2F) {
          throw corrupt("its lossless data lack the signature");
        }
        long sides = bytes.u32(data + 1);
        yield new WebpHeader(
            (int) (sides & 0x3FFF) + 1,
            (int) (sides >> 14 & 0x3FFF) + 1,
            false,
            Orientation.UPRIGHT);
      }
      case "VP8X" ->
          new WebpHeader(
              bytes.u24(data + 4) + 1,
              bytes.u24(data + 7) + 1,
              (bytes.u8(data) & 0x02) != 0,
              orientation(bytes, file, claimed));
      default -> throw corrupt("its first chunk is " + kind);
    };
  }

  private static int orientation(Bytes bytes, byte[] file, long end) {
    int exif = Orientation.ABSENT;
    int xmp = Orientation.ABSENT;
    long at = FIRST_CHUNK;
    while (at + 8 <= end) {
      long length = bytes.u32(at + 4);
      int from = bytes.require(at + 8, length);
      int to = (int) (from + length);
      if (bytes.has(at, "EXIF") && exif == Orientation.ABSENT) {
        exif = Orientation.ofExif(file, from, to);
      } else if (bytes.has(at, "XMP ") && xmp == Orientation.ABSENT) {
        xmp = Orientation.ofXmp(file, from, to);
      }
      at = to + (length & 1);
    }
    return Orientation.choose(exif, xmp);
  }

  private static ProblemException corrupt(String what) {
    return BadPicture.corrupt(PictureFormat.WEBP, what);
  }
}
