package org.resnetserving.image;

/** A PNG. */
final class Png extends Picture {
  private final PngHeader header;

  private Png(byte[] file, PngHeader header, Extent extent) {
    super(PictureFormat.PNG, file, extent);
    this.header = header;
  }

  static boolean begins(byte[] file) {
    return Bytes.starts(file, 0, PngHeader.SIGNATURE);
  }

  static Picture parse(byte[] file, ImageLimits limits) {
    PngHeader header = PngHeader.read(file);
    Extent extent =
        Extent.of(PictureFormat.PNG, header.width(), header.height(), header.orientation(), limits);
    long unpacked = header.rowBytes() * header.height();
    if (unpacked > MOST_UNPACKED_BYTES) {
      throw BadPicture.tooComplex(
          PictureFormat.PNG,
          "it has %d bytes, inflated; %d is the most".formatted(unpacked, MOST_UNPACKED_BYTES));
    }
    return new Png(file, header, extent);
  }

  @Override
  public long decodedBytes() {
    return 3 * extent().pixels();
  }

  @Override
  long rowsHeapBytes() {
    return 4L * header.rowBytes() + 3L * width();
  }

  @Override
  PixelRows open(int reduction, Runnable check) {
    return new PngRows(file(), header, check);
  }
}
