package org.resnetserving.image;

/** A TIFF, of which the first directory counts. */
final class Tiff extends Picture {
  private final TiffHeader header;

  private Tiff(byte[] file, TiffHeader header, Extent extent) {
    super(PictureFormat.TIFF, file, extent);
    this.header = header;
  }

  static boolean begins(byte[] file) {
    return Bytes.starts(file, 0, "II*\0")
        || Bytes.starts(file, 0, "MM\0*")
        || Bytes.starts(file, 0, "II+\0\b\0")
        || Bytes.starts(file, 0, "MM\0+\0\b");
  }

  static Picture parse(byte[] file, ImageLimits limits) {
    TiffHeader header = TiffHeader.read(file);
    Extent extent =
        Extent.of(
            PictureFormat.TIFF, header.width(), header.height(), header.orientation(), limits);
    if (header.unpackedBytes() > MOST_UNPACKED_BYTES) {
      throw BadPicture.tooComplex(
          PictureFormat.TIFF,
          "it has %d bytes, unpacked; %d is the most"
              .formatted(header.unpackedBytes(), MOST_UNPACKED_BYTES));
    }
    return new Tiff(file, header, extent);
  }

  @Override
  public long decodedBytes() {
    return header.decodedBytes();
  }

  @Override
  long rowsHeapBytes() {
    return header.rowsHeapBytes();
  }

  @Override
  PixelRows open(int reduction, Runnable check) {
    return header.layout() == TiffLayout.ROWS
        ? new TiffRows(file(), header)
        : OpenCvRows.tiff(this, header.directory());
  }
}
