package org.resnetserving.image;

/** A WebP. */
final class Webp extends Picture {
  private Webp(byte[] file, Extent extent) {
    super(PictureFormat.WEBP, file, extent);
  }

  static boolean begins(byte[] file) {
    return Bytes.starts(file, 0, "RIFF") && Bytes.starts(file, 8, "WEBP");
  }

  static Picture parse(byte[] file, ImageLimits limits) {
    WebpHeader header = WebpHeader.read(file);
    return new Webp(
        file,
        Extent.of(
            PictureFormat.WEBP, header.width(), header.height(), header.orientation(), limits));
  }

  @Override
  public long decodedBytes() {
    return WebpHeader.BYTES_PER_PIXEL * extent().pixels();
  }

  @Override
  long rowsHeapBytes() {
    return 0;
  }

  @Override
  PixelRows open(int reduction, Runnable check) {
    return OpenCvRows.webp(this);
  }
}
