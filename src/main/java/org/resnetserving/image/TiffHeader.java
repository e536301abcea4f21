package org.resnetserving.image;

/**
 * What a TIFF's first directory says.
 *
 * @param directory the tags
 * @param samples how many samples a pixel has
 * @param layout who unpacks it
 * @param bits how many bits each of them has
 */
record TiffHeader(
    TiffDirectory directory,
    long width,
    long height,
    int samples,
    int bits,
    TiffLayout layout,
    int orientation) {
  private static final int MAX_TILE_PIXELS = 1 << 22;

  /** Those side by side are unpacked together, each with tables of its own. */
  private static final int MAX_TILES_ACROSS = 512;

  /** Small pictures lie in larger tiles, and sides of tiles are multiples of 16. */
  private static final int USUAL_TILE = 1024;

  private static final int TILE_STEP = 16;

  /** libtiff makes its tables of colours anew for each strip or tile, which takes 10 us. */
  private static final int MAX_LIBRARY_PIECES = 1 << 16;

  private static final int MAX_PIECES = 1 << 20;
  private static final int MAX_SAMPLES = 8;
  private static final int MAX_BITS = 64;

  static TiffHeader read(byte[] file) {
    TiffDirectory directory = new TiffDirectory(file);
    long width = directory.first(TiffDirectory.WIDTH, -1);
    long height = directory.first(TiffDirectory.HEIGHT, -1);
    if (width < 0 || height < 0) {
      throw TiffDirectory.corrupt("its first directory has no width or no height");
    }
    long bits = directory.first(TiffDirectory.BITS, 1);
    long samples = directory.first(TiffDirectory.SAMPLES, 1);
    if (bits < 1 || bits > MAX_BITS || samples < 1 || samples > MAX_SAMPLES) {
      throw BadPicture.unsupported(
          "This TIFF has %d samples of %d bits for each pixel.".formatted(samples, bits));
    }
    for (long i = 1; i < directory.count(TiffDirectory.BITS); i++) {
      if (directory.value(TiffDirectory.BITS, i) != bits) {
        throw BadPicture.unsupported("This TIFF has samples of several depths.");
      }
    }
    for (long i = 0; i < directory.count(TiffDirectory.SAMPLE_FORMAT); i++) {
      if (directory.value(TiffDirectory.SAMPLE_FORMAT, i) != 1) {
        throw BadPicture.unsupported("This TIFF has samples that are signed or not whole numbers.");
      }
    }
    TiffLayout layout = TiffLayout.of(directory, (int) samples, (int) bits);
    if (directory.has(TiffDirectory.TILE_OFFSETS)) {
      long tileWidth = directory.first(TiffDirectory.TILE_WIDTH, 0);
      long tileHeight = directory.first(TiffDirectory.TILE_HEIGHT, 0);
      if (tileWidth < 1
          || tileHeight < 1
          || tileWidth > MAX_TILE_PIXELS / tileHeight
          || tileWidth > Math.max(USUAL_TILE, width + TILE_STEP)
          || tileHeight > Math.max(USUAL_TILE, height + TILE_STEP)
          || width > MAX_TILES_ACROSS * tileWidth) {
        throw BadPicture.unsupported(
            "This TIFF of %d x %d pixels has tiles of %d x %d; %d side by side, %d pixels each and no larger than the picture is the most."
                .formatted(
                    width, height, tileWidth, tileHeight, MAX_TILES_ACROSS, MAX_TILE_PIXELS));
      }
      requireInside(directory, layout, TiffDirectory.TILE_OFFSETS, TiffDirectory.TILE_BYTES);
    } else {
      requireInside(directory, layout, TiffDirectory.STRIP_OFFSETS, TiffDirectory.STRIP_BYTES);
    }
    return new TiffHeader(
        directory, width, height, (int) samples, (int) bits, layout, orientation(directory, file));
  }

  /** Whether the data are in tiles, not strips. */
  boolean tiled() {
    return directory.has(TiffDirectory.TILE_OFFSETS);
  }

  /** How many pixels are in a row of a tile; strips are tiles as wide as the picture. */
  int tileWidth() {
    return (int) (tiled() ? directory.first(TiffDirectory.TILE_WIDTH, 0) : width);
  }

  /** How many rows a tile or strip has. */
  int tileHeight() {
    if (tiled()) {
      return (int) directory.first(TiffDirectory.TILE_HEIGHT, 0);
    }
    return (int)
        Math.max(1, Math.min(directory.first(TiffDirectory.ROWS_PER_STRIP, height), height));
  }

  /** How many planes there are: one for each sample, or one for all. */
  int planes() {
    return directory.first(TiffDirectory.PLANAR, 1) == 2 ? samples : 1;
  }

  /** How many tiles lie side by side. */
  int tilesAcross() {
    return (int) ((width + tileWidth() - 1) / tileWidth());
  }

  /** How many bytes a row of a tile has. */
  long tileRowBytes() {
    return ((long) tileWidth() * (samples / planes()) * bits + 7) / 8;
  }

  /** How many bytes all rows have, unpacked. */
  long unpackedBytes() {
    return tileRowBytes() * tilesAcross() * planes() * height;
  }

  /** What {@link TiffRows} takes of the heap: a row of each tile in a band, and its stream. */
  long rowsHeapBytes() {
    if (layout == TiffLayout.LIBRARY) {
      return 0;
    }
    long compression = directory.first(TiffDirectory.COMPRESSION, TiffCompression.STORED);
    long colours =
        directory.first(TiffDirectory.PHOTOMETRIC, 0) == TiffLayout.INDEXED ? 12L << bits : 0;
    return (long) planes() * tilesAcross() * (tileRowBytes() + TiffStream.heapBytes(compression))
        + colours;
  }

  /**
   * What decoding takes outside the heap: nothing but what counts as a picture's least, or
   * libtiff's: its samples, four bytes for each pixel of the strip or tile that it is at, and the
   * picture's three.
   */
  long decodedBytes() {
    if (layout == TiffLayout.ROWS) {
      return 3 * width * height;
    }
    return 3 * width * height + 8L * tileWidth() * tileHeight();
  }

  /** Each piece of data that the directory lists lies inside the file. */
  private static void requireInside(
      TiffDirectory directory, TiffLayout layout, int offsets, int lengths) {
    if (!directory.has(offsets)) {
      throw TiffDirectory.corrupt("its first directory does not say where the data are");
    }
    if (directory.count(offsets) > MAX_PIECES) {
      throw TiffDirectory.corrupt(
          "it lists %d strips or tiles".formatted(directory.count(offsets)));
    }
    if (layout == TiffLayout.LIBRARY && directory.count(offsets) > MAX_LIBRARY_PIECES) {
      throw BadPicture.tooComplex(
          PictureFormat.TIFF,
          "it has %d strips or tiles; %d is the most that is read of a fax, JPEG or YCbCr"
              .formatted(directory.count(offsets), MAX_LIBRARY_PIECES));
    }
    boolean stored =
        directory.first(TiffDirectory.COMPRESSION, TiffCompression.STORED)
            == TiffCompression.STORED;
    long known = directory.count(lengths);
    for (long i = 0; i < directory.count(offsets); i++) {
      // What is stored as it is may lack the padding of its last tile: its rows tell.
      long length = i < known && !stored ? directory.value(lengths, i) : 0;
      directory.bytes().require(directory.value(offsets, i), length);
    }
  }

  private static int orientation(TiffDirectory directory, byte[] file) {
    long exif = directory.first(TiffDirectory.ORIENTATION, Orientation.ABSENT);
    int xmp = Orientation.ABSENT;
    long length = directory.count(TiffDirectory.XMP);
    if (length > 4) {
      int from = directory.bytes().require(directory.at(TiffDirectory.XMP), length);
      xmp = Orientation.ofXmp(file, from, (int) (from + length));
    }
    return Orientation.choose(
        exif == Orientation.ABSENT ? Orientation.ABSENT : Orientation.valid(exif), xmp);
  }
}
