package org.resnetserving.image;

/** A GIF, of which the first frame counts. */
final class Gif extends Picture {
  private final GifHeader header;

  private Gif(byte[] file, GifHeader header, Extent extent) {
    super(PictureFormat.GIF, file, extent);
    this.header = header;
  }

  static boolean begins(byte[] file) {
    return Bytes.starts(file, 0, "GIF87a") || Bytes.starts(file, 0, "GIF89a");
  }

  static Picture parse(byte[] file, ImageLimits limits) {
    GifHeader header = GifHeader.read(file);
    return new Gif(
        file,
        header,
        Extent.of(PictureFormat.GIF, header.width(), header.height(), Orientation.UPRIGHT, limits));
  }

  @Override
  public long decodedBytes() {
    return 3 * extent().pixels();
  }

  @Override
  long rowsHeapBytes() {
    return GifRows.HEAP_BYTES;
  }

  @Override
  PixelRows open(int reduction, Runnable check) {
    return new GifRows(file(), header, check);
  }
}
