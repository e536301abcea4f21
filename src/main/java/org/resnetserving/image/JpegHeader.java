package org.resnetserving.image;

/**
 * A JPEG's markers up to its first scan.
 *
 * @param frame the components and their blocks
 * @param progressive whether every scan covers the whole picture, so that all coefficients are held
 * @param arithmetic whether its data are arithmetically coded
 * @param scan where the markers of the first scan begin
 */
record JpegHeader(
    JpegFrame frame, boolean progressive, boolean arithmetic, int orientation, int scan) {
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int JPEG_LS = 0xF7;
  private static final int APP1 = 0xE1;
  private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

  static JpegHeader read(byte[] file) {
    Bytes bytes = Bytes.bigEndian(PictureFormat.JPEG, file);
    int frame = -1;
    int frameType = 0;
    int exif = Orientation.ABSENT;
    int xmp = Orientation.ABSENT;
    int at = 2;
    while (true) {
      int segment = skipToMarker(bytes, at);
      int marker = bytes.u8(segment - 1);
      if (standsAlone(marker)) {
        at = segment;
        continue;
      }
      if (marker == JPEG_LS) {
        throw BadPicture.unsupported("This is a JPEG-LS.");
      }
      if (marker == SOI || marker == EOI) {
        throw corrupt("a start or end marker at offset " + (segment - 2) + " before any scan");
      }
      if (marker == SOS) {
        if (frame < 0) {
          throw corrupt("a scan without a frame header");
        }
        return frame(bytes, frame, frameType, Orientation.choose(exif, xmp), segment - 2);
      }
      int end = endOfSegment(bytes, segment);
      if (marker == APP1 && exif == Orientation.ABSENT && bytes.has(segment + 2, "Exif\0\0")) {
        exif = Orientation.ofExif(file, segment + 2, end);
      } else if (marker == APP1 && bytes.has(segment + 2, XMP)) {
        xmp = Orientation.ofXmp(file, Math.min(segment + 2 + XMP.length(), end), end);
      } else if (isFrame(marker)) {
        if (frame >= 0) {
          throw corrupt("a second frame header at offset " + (segment - 2));
        }
        frame = segment;
        frameType = marker;
      }
      at = end;
    }
  }

  int width() {
    return frame.width();
  }

  int height() {
    return frame.height();
  }

  /** How many colour components there are: 1 is grey, 3 colour, 4 CMYK. */
  int components() {
    return frame.components();
  }

  private static JpegHeader frame(Bytes bytes, int segment, int type, int orientation, int scan) {
    int precision = bytes.u8(segment + 2);
    if (precision != 8) {
      throw BadPicture.unsupported(
          "This JPEG has %d bits for each sample, not 8.".formatted(precision));
    }
    boolean progressive = type == 0xC2 || type == 0xCA;
    boolean sequential = type == 0xC0 || type == 0xC1 || type == 0xC9;
    if (!progressive && !sequential) {
      throw BadPicture.unsupported("This JPEG is lossless or hierarchical.");
    }
    boolean arithmetic = type >= 0xC9;
    return new JpegHeader(
        JpegFrame.read(bytes, segment), progressive, arithmetic, orientation, scan);
  }

  /** The offset after the next marker; what lies before it is passed over, as libjpeg does. */
  static int skipToMarker(Bytes bytes, int from) {
    int at = from;
    while (true) {
      at = bytes.find(0xFF, at);
      while (bytes.u8(at) == 0xFF) {
        at++;
      }
      if (bytes.u8(at++) != 0) {
        return at;
      }
    }
  }

  static int endOfSegment(Bytes bytes, int segment) {
    int length = bytes.u16(segment);
    if (length < 2) {
      throw corrupt("a segment of %d bytes at offset %d".formatted(length, segment));
    }
    bytes.require(segment, length);
    return segment + length;
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /** Restart markers and TEM have no length. */
  static boolean standsAlone(int marker) {
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
  }

  private static RuntimeException corrupt(String what) {
    return BadPicture.corrupt(PictureFormat.JPEG, what);
  }
}
