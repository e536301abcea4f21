package org.resnetserving.image;

/** A BMP. */
final class Bmp extends Picture {
  private final BmpHeader header;

  private Bmp(byte[] file, BmpHeader header, Extent extent) {
    super(PictureFormat.BMP, file, extent);
    this.header = header;
  }

  static boolean begins(byte[] file) {
    return Bytes.starts(file, 0, "BM");
  }

  static Picture parse(byte[] file, ImageLimits limits) {
    BmpHeader header = BmpHeader.read(file);
    return new Bmp(
        file,
        header,
        Extent.of(PictureFormat.BMP, header.width(), header.height(), Orientation.UPRIGHT, limits));
  }

  @Override
  public long decodedBytes() {
    return 3 * extent().pixels();
  }

  @Override
  long rowsHeapBytes() {
    return 0;
  }

  @Override
  PixelRows open(int reduction, Runnable check) {
    return new BmpRows(file(), header, check);
  }
}
