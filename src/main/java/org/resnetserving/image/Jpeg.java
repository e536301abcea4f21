package org.resnetserving.image;

/** A JPEG. */
final class Jpeg extends Picture {
  private static final int MOST_REDUCTION = 8;

  private final JpegHeader header;

  private Jpeg(byte[] file, JpegHeader header, Extent extent) {
    super(PictureFormat.JPEG, file, extent);
    this.header = header;
  }

  static boolean begins(byte[] file) {
    return Bytes.starts(file, 0, "\u00ff\u00d8\u00ff");
  }

  static Picture parse(byte[] file, ImageLimits limits) {
    JpegHeader header = JpegHeader.read(file);
    return new Jpeg(
        file,
        header,
        Extent.of(
            PictureFormat.JPEG, header.width(), header.height(), header.orientation(), limits));
  }

  @Override
  public long decodedBytes() {
    return header.bytesPerPixel() * extent().pixels();
  }

  @Override
  int reduction(int shorter) {
    int side = Math.min(width(), height());
    int reduction = 1;
    while (reduction < MOST_REDUCTION && side / (2 * reduction) >= 2 * shorter) {
      reduction *= 2;
    }
    return reduction;
  }

  @Override
  PixelRows open(int reduction) {
    header.requireEnd(file());
    return OpenCvRows.jpeg(file(), header, reduction);
  }
}
