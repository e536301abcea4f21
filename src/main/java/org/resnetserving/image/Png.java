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
    return new Png(
        file,
        header,
        Extent.of(
            PictureFormat.PNG, header.width(), header.height(), header.orientation(), limits));
  }

  @Override
  public long decodedBytes() {
    return 3 * extent().pixels();
  }

  @Override
  PixelRows open(int reduction) {
    return new PngRows(file(), header);
  }
}
