package org.resnetserving.image;

import java.util.List;
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

  /** Whether large JPEGs are decoded at a fraction of their size. */
  public DecodeMode mode() {
    return mode;
  }

  /**
   * Decodes a picture, turns it upright, resizes it and cuts its middle out.
   *
   * @param picture its file and header
   * @param preset the network's geometry
   * @param check called again and again while rows are decoded; what it throws ends the work. What
   *     native code does between two calls is bounded by what headers may claim
   * @throws org.resnetserving.problem.ProblemException if the picture is cut short or corrupt
   */
  public Decoded decode(Picture picture, Preset preset, Runnable check) {
    return views(picture, Cut.crop(picture, preset), check).get(0);
  }

  /**
   * Decodes a picture once and makes all views of it.
   *
   * @param cut which views
   * @param check as for {@link #decode(Picture, Preset, Runnable)}
   * @return one for each view, in their order
   * @throws org.resnetserving.problem.ProblemException if the picture is cut short or corrupt
   */
  public List<Decoded> views(Picture picture, Cut cut, Runnable check) {
    int reduction = mode == DecodeMode.FAST ? picture.reduction(cut.shorter()) : 1;
    check.run();
    try (PixelRows rows = picture.open(reduction, check)) {
      List<byte[]> views = Resampler.views(picture.extent(), rows, reduction, cut, check);
      rows.finish();
      return views.stream().map(view -> new Decoded(view, rows.warning())).toList();
    }
  }

  /** The pixels of {@link #decode}, for those who wait as long as it takes. */
  public byte[] crop(Picture picture, Preset preset) {
    return decode(picture, preset, () -> {}).pixels();
  }

  /**
   * Decodes a tiny built-in picture by each native decoder, so that one that does not work is known
   * before the first request. What a decoder throws, errors of linking included, is thrown on.
   *
   * @throws IllegalStateException if a decoder gives other pixels than it should
   */
  public void tryEach() {
    Preset whole = new Preset(16, 16, Interpolation.BILINEAR);
    for (Samples.Sample sample : Samples.all()) {
      byte[] pixels = crop(Picture.read(sample.file(), ImageLimits.DEFAULT), whole);
      if (!sample.has(pixels)) {
        throw new IllegalStateException(
            "The decoder of %s gives wrong pixels here.".formatted(sample.name()));
      }
    }
  }
}
