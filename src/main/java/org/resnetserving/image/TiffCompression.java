package org.resnetserving.image;

import java.util.Map;

/** The ways in which TIFFs pack their data: those that are unpacked here, and names for others. */
final class TiffCompression {
  static final int STORED = 1;
  static final int FAX_RUNS = 2;
  static final int FAX_3 = 3;
  static final int FAX_4 = 4;
  static final int LZW = 5;
  static final int JPEG = 7;
  static final int DEFLATE = 8;
  static final int PACK_BITS = 32773;
  static final int OLD_DEFLATE = 32946;

  /** As libtiff's tiff.h and the registries of Adobe, Aperio and Zeiss have them. */
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(STORED, "none"),
          Map.entry(FAX_RUNS, "CCITT runs"),
          Map.entry(FAX_3, "fax group 3"),
          Map.entry(FAX_4, "fax group 4"),
          Map.entry(LZW, "LZW"),
          Map.entry(6, "old-style JPEG"),
          Map.entry(JPEG, "JPEG"),
          Map.entry(DEFLATE, "deflate"),
          Map.entry(9, "JBIG"),
          Map.entry(10, "JBIG, colour"),
          Map.entry(22610, "JPEG XR"),
          Map.entry(32766, "NeXT"),
          Map.entry(32771, "CCITT runs by word"),
          Map.entry(PACK_BITS, "PackBits"),
          Map.entry(32809, "ThunderScan"),
          Map.entry(32908, "Pixar film"),
          Map.entry(32909, "Pixar log"),
          Map.entry(OLD_DEFLATE, "deflate"),
          Map.entry(33003, "JPEG 2000"),
          Map.entry(33004, "JPEG 2000"),
          Map.entry(33005, "JPEG 2000"),
          Map.entry(34661, "JBIG"),
          Map.entry(34676, "SGI log"),
          Map.entry(34677, "SGI log of 24 bits"),
          Map.entry(34712, "JPEG 2000"),
          Map.entry(34713, "Nikon's"),
          Map.entry(34887, "LERC"),
          Map.entry(34892, "lossy JPEG of DNG"),
          Map.entry(34925, "LZMA"),
          Map.entry(34926, "zstd"),
          Map.entry(34927, "WebP"),
          Map.entry(34933, "PNG"),
          Map.entry(34934, "JPEG XR"),
          Map.entry(50000, "zstd"),
          Map.entry(50001, "WebP"),
          Map.entry(50002, "JPEG XL"),
          Map.entry(52546, "JPEG XL"));

  private TiffCompression() {}

  /** Whether {@link TiffStream} unpacks it. */
  static boolean isStream(long compression) {
    return compression == STORED
        || compression == LZW
        || compression == DEFLATE
        || compression == PACK_BITS
        || compression == OLD_DEFLATE;
  }

  static boolean isDeflate(long compression) {
    return compression == DEFLATE || compression == OLD_DEFLATE;
  }

  static boolean isFax(long compression) {
    return compression == FAX_RUNS || compression == FAX_3 || compression == FAX_4;
  }

  /** A name for messages. */
  static String name(long compression) {
    String name = NAMES.get((int) compression);
    return name == null ? "number " + compression : name + " (" + compression + ")";
  }
}
