package org.resnetserving.image;

import org.resnetserving.problem.ProblemException;

/**
 * What a file claims about its picture, read without decoding it.
 *
 * @param format which format the content is in
 * @param width the width as stored, before the orientation is applied
 * @param height the height as stored
 * @param orientation how to turn it, from 1 (as it is) to 8, as EXIF counts
 * @param decodedBytes about how much memory it takes to decode, from the header alone
 */
public record PictureHeader(
    PictureFormat format, int width, int height, int orientation, long decodedBytes) {

  /**
   * Reads the header of a picture and checks what it claims.
   *
   * @throws ProblemException if this is no picture, is larger than allowed, has no pixels, or its
   *     header is cut short or contradicts itself
   */
  public static PictureHeader read(byte[] file, ImageLimits limits) {
    PictureFormat format = format(file);
    return switch (format) {
      case JPEG -> {
        JpegHeader jpeg = JpegHeader.read(file);
        yield checked(
            format, jpeg.width(), jpeg.height(), jpeg.orientation(), jpeg.bytesPerPixel(), limits);
      }
      case PNG -> {
        PngHeader png = PngHeader.read(file);
        yield checked(format, png.width(), png.height(), png.orientation(), 3, limits);
      }
      case GIF -> {
        GifHeader gif = GifHeader.read(file);
        yield checked(format, gif.width(), gif.height(), Orientation.UPRIGHT, 3, limits);
      }
      case BMP -> {
        BmpHeader bmp = BmpHeader.read(file);
        yield checked(format, bmp.width(), bmp.height(), Orientation.UPRIGHT, 3, limits);
      }
      case WEBP -> {
        WebpHeader webp = WebpHeader.read(file);
        yield checked(
            format,
            webp.width(),
            webp.height(),
            webp.orientation(),
            WebpHeader.BYTES_PER_PIXEL,
            limits);
      }
      case TIFF -> {
        TiffHeader tiff = TiffHeader.read(file);
        yield checked(
            format, tiff.width(), tiff.height(), tiff.orientation(), tiff.bytesPerPixel(), limits);
      }
    };
  }

  private static PictureHeader checked(
      PictureFormat format,
      long width,
      long height,
      int orientation,
      int bytesPerPixel,
      ImageLimits limits) {
    if (width == 0 || height == 0) {
      throw BadPicture.zeroSized(format, width, height);
    }
    // Each is below 2^33, so that dividing is what cannot overflow.
    if (width > limits.maxPixels() / height) {
      throw BadPicture.tooManyPixels(format, width, height, limits);
    }
    if (width > ImageLimits.MAX_SIDE || height > ImageLimits.MAX_SIDE) {
      throw BadPicture.tooLong(format, width, height);
    }
    return new PictureHeader(
        format, (int) width, (int) height, orientation, width * height * bytesPerPixel);
  }

  private static PictureFormat format(byte[] file) {
    if (Bytes.starts(file, 0, "\u00ff\u00d8\u00ff")) {
      return PictureFormat.JPEG;
    }
    if (Bytes.starts(file, 0, PngHeader.SIGNATURE)) {
      return PictureFormat.PNG;
    }
    if (Bytes.starts(file, 0, "GIF87a") || Bytes.starts(file, 0, "GIF89a")) {
      return PictureFormat.GIF;
    }
    if (Bytes.starts(file, 0, "BM")) {
      return PictureFormat.BMP;
    }
    if (Bytes.starts(file, 0, "RIFF") && Bytes.starts(file, 8, "WEBP")) {
      return PictureFormat.WEBP;
    }
    if (Bytes.starts(file, 0, "II*\0") || Bytes.starts(file, 0, "MM\0*")) {
      return PictureFormat.TIFF;
    }
    throw BadPicture.unsupported(describe(file));
  }

  private static String describe(byte[] file) {
    if (file.length == 0) {
      return "The upload is empty.";
    }
    if (Bytes.starts(file, 0, "II+\0") || Bytes.starts(file, 0, "MM\0+")) {
      return "This is a BigTIFF.";
    }
    if (Bytes.starts(file, 4, "ftypavi")) {
      return "This is an AVIF picture.";
    }
    if (Bytes.starts(file, 4, "ftyphe") || Bytes.starts(file, 4, "ftypmif")) {
      return "This is a HEIF picture.";
    }
    if (Bytes.starts(file, 0, "%PDF")) {
      return "This is a PDF.";
    }
    return "The content of these %d bytes is not that of a known format.".formatted(file.length);
  }

  /** The width seen, after the orientation is applied. */
  public int orientedWidth() {
    return Orientation.swapsSides(orientation) ? height : width;
  }

  /** The height seen, after the orientation is applied. */
  public int orientedHeight() {
    return Orientation.swapsSides(orientation) ? width : height;
  }
}
