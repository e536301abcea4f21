package org.resnetserving.image;

/**
 * A file that claims to be a picture, with its header parsed and checked and nothing decoded yet.
 * What a new format needs is a class here and its line in {@link PictureFormat}.
 */
public abstract sealed class Picture permits Jpeg, Png, Gif, Bmp, Webp, Tiff {
  /** The most bytes of the Java heap that one picture may take while it is decoded. */
  public static final long MOST_HEAP_BYTES = 32L << 20;

  /** The most bytes of samples that a picture may have before its colours are made of them. */
  static final long MOST_UNPACKED_BYTES = 256L << 20;

  private final PictureFormat format;
  private final byte[] file;
  private final Extent extent;

  Picture(PictureFormat format, byte[] file, Extent extent) {
    this.format = format;
    this.file = file;
    this.extent = extent;
  }

  /**
   * Parses a picture's header, once, and checks what it claims.
   *
   * @param file the picture's bytes, which nobody changes from now on
   * @throws org.resnetserving.problem.ProblemException if this is no picture, is larger than
   *     allowed, has no pixels, or its header is cut short or contradicts itself
   */
  public static Picture read(byte[] file, ImageLimits limits) {
    return PictureFormat.of(file, limits).read(file, limits);
  }

  /** Which format the content is in. */
  public final PictureFormat format() {
    return format;
  }

  /** The width as stored, before the orientation is applied. */
  public final int width() {
    return extent.width();
  }

  /** The height as stored. */
  public final int height() {
    return extent.height();
  }

  /** How to turn it, from 1 (as it is) to 8, as EXIF counts. */
  public final int orientation() {
    return extent.orientation();
  }

  /** The width seen, after the orientation is applied. */
  public final int orientedWidth() {
    return extent.orientedWidth();
  }

  /** The height seen, after the orientation is applied. */
  public final int orientedHeight() {
    return extent.orientedHeight();
  }

  /** About how many bytes outside the Java heap it takes to decode, from the header alone. */
  public abstract long decodedBytes();

  /** {@link #heapBytes(Cut)} of what a network reads. */
  public final long heapBytes(Preset preset) {
    return heapBytes(Cut.crop(this, preset));
  }

  /**
   * How many bytes of the Java heap it takes to decode and resize, from the header alone; at most
   * {@link #MOST_HEAP_BYTES}.
   *
   * @throws org.resnetserving.problem.ProblemException if it would take more
   */
  public final long heapBytes(Cut cut) {
    long bytes = rowsHeapBytes() + Resampler.heapBytes(extent, cut);
    if (bytes > MOST_HEAP_BYTES) {
      throw BadPicture.tooComplex(
          format,
          "it takes %d bytes of tables and rows to decode; %d is the most"
              .formatted(bytes, MOST_HEAP_BYTES));
    }
    return bytes;
  }

  /** What the rows that {@link #open} gives take of the heap, tables included. */
  abstract long rowsHeapBytes();

  final byte[] file() {
    return file;
  }

  final Extent extent() {
    return extent;
  }

  /**
   * Of how many pixels along a side one may be made while decoding.
   *
   * @param shorter what the shorter side is resized to
   */
  int reduction(int shorter) {
    return 1;
  }

  /**
   * Opens the pixels.
   *
   * @param reduction 1, or as {@link #reduction} says
   * @param check called every row or so; what it throws ends the work
   * @throws org.resnetserving.problem.ProblemException if the picture is cut short or corrupt
   */
  abstract PixelRows open(int reduction, Runnable check);
}
