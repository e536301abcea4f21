package org.resnetserving.image;

import java.util.function.BiFunction;
import java.util.function.Predicate;

/** The picture formats that are read, told apart by their content. */
public enum PictureFormat {
  JPEG(Jpeg::begins, Jpeg::parse),
  PNG(Png::begins, Png::parse),
  GIF(Gif::begins, Gif::parse),
  BMP(Bmp::begins, Bmp::parse),
  WEBP(Webp::begins, Webp::parse),
  TIFF(Tiff::begins, Tiff::parse);

  // References to static methods hold no state.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Predicate<byte[]> begins;

  @SuppressWarnings("ImmutableEnumChecker")
  private final BiFunction<byte[], ImageLimits, Picture> reader;

  PictureFormat(Predicate<byte[]> begins, BiFunction<byte[], ImageLimits, Picture> reader) {
    this.begins = begins;
    this.reader = reader;
  }

  /** The format that a file begins like, if it is taken. */
  static PictureFormat of(byte[] file, ImageLimits limits) {
    for (PictureFormat format : values()) {
      if (format.begins.test(file)) {
        if (!limits.formats().contains(format)) {
          throw BadPicture.notTaken("This is a %s.".formatted(format), limits);
        }
        return format;
      }
    }
    throw BadPicture.notTaken(OtherFormat.describe(file), limits);
  }

  Picture read(byte[] file, ImageLimits limits) {
    return reader.apply(file, limits);
  }
}
