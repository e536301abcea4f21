package org.resnetserving.image;

import java.util.Objects;

/**
 * Decodes a picture and cuts out of it what a network reads. Any number of threads may share one.
 */
public final class PictureDecoder {
  private static final int MOST_REDUCTION = 8;

  private final DecodeMode mode;

  /**
   * @param library the native decoders
   * @param mode whether large JPEGs may be decoded at a fraction of their size
   */
  public PictureDecoder(NativeImageLibrary library, DecodeMode mode) {
    Objects.requireNonNull(library);
    this.mode = mode;
  }

  /**
   * Decodes a picture, turns it upright, resizes it and cuts its middle out.
   *
   * @param file the picture's bytes
   * @param header what {@link PictureHeader#read} said about them
   * @param preset the network's geometry
   * @return red, green and blue of each pixel, row by row: {@link Preset#cropBytes} bytes
   * @throws org.resnetserving.problem.ProblemException if the picture is cut short or corrupt
   */
  public byte[] crop(byte[] file, PictureHeader header, Preset preset) {
    int reduction = 1;
    if (mode == DecodeMode.FAST && header.format() == PictureFormat.JPEG) {
      int shorter = Math.min(header.width(), header.height());
      while (reduction < MOST_REDUCTION && shorter / (2 * reduction) >= 2 * preset.resize()) {
        reduction *= 2;
      }
    }
    try (PixelRows rows = open(file, header, reduction)) {
      byte[] crop = Resampler.crop(header, rows, reduction, preset);
      rows.finish();
      return crop;
    }
  }

  private static PixelRows open(byte[] file, PictureHeader header, int reduction) {
    return switch (header.format()) {
      case JPEG -> {
        JpegHeader jpeg = JpegHeader.read(file);
        jpeg.requireEnd(file);
        yield OpenCvRows.jpeg(file, jpeg, reduction);
      }
      case PNG -> new PngRows(file);
      case GIF -> new GifRows(file);
      case BMP -> new BmpRows(file);
      case WEBP -> OpenCvRows.other(file, header);
      case TIFF ->
          TiffRows.reads(file)
              ? TiffRows.open(file)
              : OpenCvRows.other(new TiffDirectory(file).upright(file), header);
    };
  }
}
