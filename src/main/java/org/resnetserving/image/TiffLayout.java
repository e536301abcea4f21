package org.resnetserving.image;

/**
 * The kinds of TIFF that are read, by how they are packed, what their samples mean and what a
 * sample is. Whatever is not named here is refused before anything is decoded: libtiff answers some
 * of it with a black picture.
 */
enum TiffLayout {
  /** Unpacked here, a row at a time. */
  ROWS,
  /** Fax and JPEG, which libtiff unpacks. */
  LIBRARY;

  static final int WHITE_IS_ZERO = 0;
  static final int BLACK_IS_ZERO = 1;
  static final int RGB = 2;
  static final int INDEXED = 3;
  static final int CMYK = 5;
  static final int YCBCR = 6;

  /** Says who reads it. */
  static TiffLayout of(TiffDirectory directory, int samples, int depth) {
    long compression = directory.first(TiffDirectory.COMPRESSION, TiffCompression.STORED);
    long photometric = directory.first(TiffDirectory.PHOTOMETRIC, WHITE_IS_ZERO);
    long predictor = predictor(directory);
    boolean plain =
        directory.first(TiffDirectory.FILL_ORDER, 1) == 1
            && (predictor == 1 || (predictor == 2 && (depth == 8 || depth == 16)));
    if (TiffCompression.isStream(compression)
        && plain
        && rows(directory, photometric, samples, depth)) {
      return ROWS;
    }
    if (library(directory, compression, photometric, samples, depth) && predictor == 1) {
      return LIBRARY;
    }
    throw BadPicture.unsupported(
        "This TIFF has compression %s and %d samples of %d bits that mean %s; that is not read."
            .formatted(TiffCompression.name(compression), samples, depth, meaning(photometric)));
  }

  /** Which differences are stored: 1 for none. libtiff knows them of LZW and deflate alone. */
  static long predictor(TiffDirectory directory) {
    long compression = directory.first(TiffDirectory.COMPRESSION, TiffCompression.STORED);
    return compression == TiffCompression.LZW || TiffCompression.isDeflate(compression)
        ? directory.first(TiffDirectory.PREDICTOR, 1)
        : 1;
  }

  private static boolean rows(TiffDirectory directory, long photometric, int samples, int depth) {
    boolean small = depth == 1 || depth == 2 || depth == 4;
    boolean bytes = depth == 8 || depth == 16;
    return switch ((int) photometric) {
      case WHITE_IS_ZERO, BLACK_IS_ZERO -> bytes || (small && samples == 1);
      case INDEXED ->
          depth <= 8
              && (bytes || small)
              && samples == 1
              && directory.count(TiffDirectory.COLOURS) >= 3L << depth;
      case RGB -> bytes && samples >= 3;
      case CMYK -> bytes && samples >= 4;
      default -> false;
    };
  }

  private static boolean library(
      TiffDirectory directory, long compression, long photometric, int samples, int depth) {
    boolean grey = photometric == WHITE_IS_ZERO || photometric == BLACK_IS_ZERO;
    if (TiffCompression.isFax(compression)) {
      return grey && samples == 1 && depth == 1;
    }
    if (compression == TiffCompression.JPEG) {
      boolean colour = photometric == RGB || photometric == YCBCR;
      return depth == 8
          && ((grey && samples == 1)
              || (colour && samples == 3)
              || (photometric == CMYK && samples == 4));
    }
    // Bits backwards, and colours at half the resolution.
    return TiffCompression.isStream(compression)
        && ((grey && samples == 1 && depth == 1)
            || (photometric == YCBCR
                && !directory.has(TiffDirectory.TILE_OFFSETS)
                && directory.first(TiffDirectory.PLANAR, 1) == 1
                && samples == 3
                && depth == 8
                && directory.first(TiffDirectory.FILL_ORDER, 1) == 1));
  }

  private static String meaning(long photometric) {
    return switch ((int) photometric) {
      case WHITE_IS_ZERO, BLACK_IS_ZERO -> "grey";
      case RGB -> "RGB";
      case INDEXED -> "colours of a palette";
      case 4 -> "a mask";
      case CMYK -> "inks";
      case YCBCR -> "YCbCr";
      case 8, 9, 10 -> "CIELAB";
      case 32803 -> "a sensor's colour filters";
      case 32844, 32845 -> "logarithms";
      case 34892 -> "a sensor's values";
      default -> "photometric " + photometric;
    };
  }
}
