package org.resnetserving.image;

/**
 * Finds how a camera was held: the EXIF orientation (1 to 8), and XMP's where EXIF has none, which
 * is how Pillow does it. Metadata that makes no sense is passed over, as a picture is fine without.
 */
final class Orientation {
  static final int UPRIGHT = 1;
  static final int ABSENT = 0;

  private static final int TAG = 274;
  private static final int ENTRY_BYTES = 12;
  private static final String XMP = "tiff:Orientation";

  private Orientation() {}

  /** Whether the picture lies on its side, so that its width is the height seen. */
  static boolean swapsSides(int orientation) {
    return orientation >= 5;
  }

  /** The tag of the first directory of an EXIF block; {@link #ABSENT} where there is none. */
  static int ofExif(byte[] file, int from, int to) {
    int start = from;
    while (start + 6 <= to && Bytes.starts(file, start, "Exif\0\0")) {
      start += 6;
    }
    if (to - start < 8) {
      return ABSENT;
    }
    boolean little = Bytes.starts(file, start, "II");
    if (!little && !Bytes.starts(file, start, "MM")) {
      return ABSENT;
    }
    Bytes bytes =
        little
            ? Bytes.littleEndian(PictureFormat.TIFF, file)
            : Bytes.bigEndian(PictureFormat.TIFF, file);
    long directory = start + bytes.u32(start + 4);
    if (bytes.u16(start + 2) != 42 || directory + 2 > to) {
      return ABSENT;
    }
    int found = ABSENT;
    int entries = bytes.u16(directory);
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) i * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > to) {
        break;
      }
      if (bytes.u16(entry) == TAG && bytes.u32(entry + 4) == 1) {
        found = value(bytes, entry);
      }
    }
    return found;
  }

  private static int value(Bytes bytes, long entry) {
    long value =
        switch (bytes.u16(entry + 2)) {
          case 1 -> bytes.u8(entry + 8);
          case 3 -> bytes.u16(entry + 8);
          case 4 -> bytes.u32(entry + 8);
          default -> UPRIGHT;
        };
    return valid(value);
  }

  /** What an XMP packet says; {@link #ABSENT} where it says nothing. */
  static int ofXmp(byte[] file, int from, int to) {
    // Looked for where it lies: a packet may be as long as the upload.
    for (int at = from; at + XMP.length() + 2 <= to; at++) {
      if (file[at] == 't' && Bytes.starts(file, at, XMP)) {
        int value = at + XMP.length();
        value += file[value] == '>' ? 1 : Bytes.starts(file, value, "=\"") ? 2 : 0;
        if (value > at + XMP.length() && value < to && file[value] >= '0' && file[value] <= '9') {
          return valid(file[value] - '0');
        }
      }
    }
    return ABSENT;
  }

  /** Numbers without a meaning turn nothing. */
  static int valid(long value) {
    return value >= 1 && value <= 8 ? (int) value : UPRIGHT;
  }

  /** EXIF first, then XMP, else upright. */
  static int choose(int exif, int xmp) {
    if (exif != ABSENT) {
      return exif;
    }
    return xmp != ABSENT ? xmp : UPRIGHT;
  }
}
