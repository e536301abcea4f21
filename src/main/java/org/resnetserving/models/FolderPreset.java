package org.resnetserving.models;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.image.ResizeMode;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.Normalization;

/**
 * What a folder's JSON says is done to a picture, in timm's words or in those of transformers'
 * processors. For a network of one channel the picture is made grey first, as Pillow's {@code
 * convert("L")} does it.
 */
final class FolderPreset {
  private static final int MAX_SIDE = 2048;
  private static final int PIXEL_RANGE = 255;

  /** From this size on, ConvNext's processor squeezes pictures into a square. */
  private static final int SQUEEZED_FROM = 384;

  private FolderPreset() {}

  /**
   * Of timm's {@code pretrained_cfg}.
   *
   * @param channels that the first convolution reads, 3 or 1; null takes those of {@code
   *     input_size}
   */
  static Preprocessing ofTimm(FolderConfig preset, @Nullable Integer channels) {
    List<Double> size = preset.numbers("input_size", 3, 1, MAX_SIDE);
    if (size.size() != 3
        || (size.get(0) != 3 && size.get(0) != 1)
        || !size.get(1).equals(size.get(2))) {
      throw preset.mistake("input_size", "must be [3, size, size], or [1, size, size] of grey");
    }
    if (!preset.text("crop_mode", "center").equals("center")) {
      throw preset.mistake("crop_mode", "must be center");
    }
    int crop = size.get(1).intValue();
    double share = preset.number("crop_pct", 0.875, 0.1, 1);
    return preprocessing(
        preset,
        crop,
        (int) Math.floor(crop / share),
        interpolation(preset, preset.text("interpolation", "bicubic")),
        channels == null ? size.get(0).intValue() : channels,
        "mean",
        "std");
  }

  private static Interpolation interpolation(FolderConfig preset, String name) {
    return switch (name) {
      case "bicubic" -> Interpolation.BICUBIC;
      case "bilinear" -> Interpolation.BILINEAR;
      default -> throw preset.mistake("interpolation", "must be bilinear or bicubic");
    };
  }

  /** ConvNext's processor, which ResNets have, and those that resize and crop from the middle. */
  static Preprocessing ofProcessor(FolderConfig processor, int channels) {
    for (String key : List.of("do_resize", "do_rescale", "do_normalize")) {
      if (!processor.flag(key, true)) {
        throw processor.mistake(key, "must be true");
      }
    }
    double factor = processor.number("rescale_factor", 1.0 / PIXEL_RANGE, 0, 1);
    if (Math.abs(factor * PIXEL_RANGE - 1) > 1e-6) {
      throw processor.mistake("rescale_factor", "must be 1/255");
    }
    FolderConfig size = processor.inside("size");
    int edge = (int) size.number(size == processor ? "size" : "shortest_edge", 0, 1, MAX_SIDE);
    if (edge == 0) {
      throw processor.mistake("size", "must be the shortest_edge: others squeeze the picture");
    }
    Interpolation interpolation =
        switch ((int) processor.number("resample", 3, 0, 5)) {
          case 2 -> Interpolation.BILINEAR;
          case 3 -> Interpolation.BICUBIC;
          default -> throw processor.mistake("resample", "must be 2 (bilinear) or 3 (bicubic)");
        };
    if (processor.flag("do_center_crop", false)) {
      FolderConfig crop = processor.inside("crop_size");
      int side = (int) crop.number(crop == processor ? "crop_size" : "height", edge, 1, MAX_SIDE);
      if (crop != processor && crop.number("width", side, 1, MAX_SIDE) != side) {
        throw processor.mistake("crop_size", "must be a square");
      }
      return preprocessing(
          processor, side, edge, interpolation, channels, "image_mean", "image_std");
    }
    if (edge >= SQUEEZED_FROM) {
      throw processor.mistake("size", "must be below 384: from there on pictures are squeezed");
    }
    double share = processor.number("crop_pct", 0.875, 0.1, 1);
    return preprocessing(
        processor, edge, (int) (edge / share), interpolation, channels, "image_mean", "image_std");
  }

  private static Preprocessing preprocessing(
      FolderConfig config,
      int crop,
      int resize,
      Interpolation interpolation,
      int channels,
      String mean,
      String deviation) {
    if (resize > MAX_SIDE || crop > resize) {
      throw config.mistake(
          "crop_pct", "makes %d pixels of %d; at most %d".formatted(resize, crop, MAX_SIDE));
    }
    return new Preprocessing(
        new Preset(resize, crop, interpolation, ResizeMode.SHORTEST, 0, channels == 1),
        new Normalization(
            PIXEL_RANGE,
            each(config, mean, channels, -1, 2),
            each(config, deviation, channels, 0.001, 10)));
  }

  /** One number for each channel; three that are the same are one number as well. */
  private static List<Float> each(
      FolderConfig config, String key, int channels, double least, double most) {
    List<Double> numbers = config.numbers(key, 3, least, most);
    if (channels == 1 && numbers.stream().distinct().count() == 1) {
      return List.of(numbers.get(0).floatValue());
    }
    if (numbers.size() != channels) {
      throw config.mistake(
          key,
          channels == 1
              ? "must be one number, that of grey: the network reads one channel"
              : "must be three numbers");
    }
    return numbers.stream().map(Double::floatValue).toList();
  }
}
