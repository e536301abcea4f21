package org.resnetserving.image;

/**
 * What a TIFF's first directory says.
 *
 * @param directory the tags
 * @param samples how many samples a pixel has
 * @param bits how many bits each of them has
 */
record TiffHeader(
    TiffDirectory directory, long width, long height, int samples, int bits, int orientation) {
  private static final int MAX_TILE_PIXELS = 1 << 22;

  /** Those side by side are unpacked together, each with tables of its own. */
  private static final int MAX_TILES_ACROSS = 512;

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
    if (directory.first(TiffDirectory.SAMPLE_FORMAT, 1) != 1) {
      throw BadPicture.unsupported("This TIFF has samples that are signed or not whole numbers.");
    }
    if (directory.has(TiffDirectory.TILE_OFFSETS)) {
      long tileWidth = directory.first(TiffDirectory.TILE_WIDTH, 0);
      long tileHeight = directory.first(TiffDirectory.TILE_HEIGHT, 0);
      if (tileWidth < 1
          || tileHeight < 1
          || tileWidth > MAX_TILE_PIXELS / tileHeight
          || width > MAX_TILES_ACROSS * tileWidth) {
        throw BadPicture.unsupported(
            "This TIFF has tiles of %d x %d pixels; %d side by side and %d pixels each is the most."
                .formatted(tileWidth, tileHeight, MAX_TILES_ACROSS, MAX_TILE_PIXELS));
      }
      requireInside(directory, TiffDirectory.TILE_OFFSETS, TiffDirectory.TILE_BYTES);
    } else {
      requireInside(directory, TiffDirectory.STRIP_OFFSETS, TiffDirectory.STRIP_BYTES);
    }
    return new TiffHeader(
        directory, width, height, (int) samples, (int) bits, orientation(directory, file));
  }

  /** What memory a pixel takes: its samples, at least three bytes, and the decoder's four. */
  int bytesPerPixel() {
    return Math.max(3, samples * bits / 8) + 4;
  }

  /** Each piece of data that the directory lists lies inside the file. */
  private static void requireInside(TiffDirectory directory, int offsets, int lengths) {
    if (!directory.has(offsets)) {
      throw TiffDirectory.corrupt("its first directory does not say where the data are");
    }
    if (directory.count(offsets) > MAX_PIECES) {
      throw TiffDirectory.corrupt(
          "it lists %d strips or tiles".formatted(directory.count(offsets)));
    }
    long known = directory.count(lengths);
    for (long i = 0; i < directory.count(offsets); i++) {
      long length = i < known ? directory.value(lengths, i) : 0;
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
