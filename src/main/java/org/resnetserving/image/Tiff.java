package org.resnetserving.image;

/** A TIFF, of which the first directory counts. */
final class Tiff extends Picture {
  private final TiffHeader header;

  private Tiff(byte[] file, TiffHeader header, Extent extent) {
    super(PictureFormat.TIFF, file, extent);
    this.header = header;
  }

  static boolean begins(byte[] file) {
    return Bytes.starts(file, 0, "II*\0") || Bytes.starts(file, 0, "MM\0*");
  }

  static Picture parse(byte[] file, ImageLimits limits) {
    TiffHeader header = TiffHeader.read(file);
    return new Tiff(
        file,
        header,
        Extent.of(
            PictureFormat.TIFF, header.width(), header.height(), header.orientation(), limits));
  }

  @Override
  public long decodedBytes() {
    return header.bytesPerPixel() * extent().pixels();
  }

  @Override
  PixelRows open(int reduction) {
    return TiffRows.reads(header)
        ? new TiffRows(file(), header)
        : OpenCvRows.other(this, header.directory().upright(file()));
  }
}
