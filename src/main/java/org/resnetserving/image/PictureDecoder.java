package org.resnetserving.image;

import java.util.Objects;

/**
 * Decodes a picture and cuts out of it what a network reads. Any number of threads may share one.
 */
public final class PictureDecoder {
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
   * @param picture its file and header
   * @param preset the network's geometry
   * @return red, green and blue of each pixel, row by row: {@link Preset#cropBytes} bytes
   * @throws org.resnetserving.problem.ProblemException if the picture is cut short or corrupt
   */
  public byte[] crop(Picture picture, Preset preset) {
    int reduction = mode == DecodeMode.FAST ? picture.reduction(preset.resize()) : 1;
    try (PixelRows rows = picture.open(reduction)) {
      byte[] crop = Resampler.crop(picture.extent(), rows, reduction, preset);
      rows.finish();
      return crop;
    }
  }
}
