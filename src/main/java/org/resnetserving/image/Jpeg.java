package org.resnetserving.image;

import org.resnetserving.problem.ProblemException;

/** A JPEG. */
final class Jpeg extends Picture {
  private static final int MOST_REDUCTION = 8;

  private final JpegHeader header;
  private final JpegScans scans;

  private Jpeg(byte[] file, JpegHeader header, JpegScans scans, Extent extent) {
    super(PictureFormat.JPEG, file, extent);
    this.header = header;
    this.scans = scans;
  }

  static boolean begins(byte[] file) {
    return begins(file, 0);
  }

  static boolean begins(byte[] file, int at) {
    return Bytes.starts(file, at, "\u00ff\u00d8\u00ff");
  }

  static Picture parse(byte[] file, ImageLimits limits) {
    JpegHeader header = JpegHeader.read(file);
    Extent extent =
        Extent.of(
            PictureFormat.JPEG, header.width(), header.height(), header.orientation(), limits);
    Bytes bytes = Bytes.bigEndian(PictureFormat.JPEG, file);
    return new Jpeg(file, header, JpegScans.read(bytes, header), extent);
  }

  /** Three bytes a pixel, and all coefficients where a scan does not finish its blocks. */
  @Override
  public long decodedBytes() {
    boolean kept =
        header.progressive() || scans.list().get(0).components().length < header.components();
    return (kept ? 3 + 2L * header.components() : 3) * extent().pixels();
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
  long rowsHeapBytes() {
    return JpegEntropy.HEAP_BYTES;
  }

  @Override
  PixelRows open(int reduction, Runnable check) {
    boolean single = scans.list().size() == 1;
    boolean sequential = single && !header.progressive() && !header.arithmetic();
    boolean walked = !sequential || !scans.ended();
    // libjpeg gives rows before the end only where one scan has them all.
    if ((!scans.ended() && !sequential)
        || !scans.cover(header)
        || (walked && !new JpegEntropy(file(), header, check).complete(scans))) {
      throw truncated();
    }
    OpenCvRows rows = OpenCvRows.jpeg(file(), header, reduction, scans.ended());
    boolean decoded = false;
    try {
      if (!walked
          && (rows.endsGrey() || header.components() == 4)
          && !new JpegEntropy(file(), header, check).complete(scans)) {
        throw truncated();
      }
      decoded = true;
      return rows;
    } finally {
      if (!decoded) {
        rows.close();
      }
    }
  }

  private static ProblemException truncated() {
    return BadPicture.truncated(PictureFormat.JPEG, "its data end before its last row");
  }
}
