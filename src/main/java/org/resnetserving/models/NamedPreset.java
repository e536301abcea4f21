package org.resnetserving.models;

import java.util.List;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.image.ResizeMode;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.Normalization;

/** What published networks want done to a picture, by the name of where they come from. */
enum NamedPreset {
  /** torchvision's {@code ImageClassification} for ImageNet, as of its first weights. */
  TORCHVISION,

  /**
   * The ResNets of KaimingHe/deep-residual-networks: blue first, the mean of ImageNet's colours
   * taken off, not scaled.
   */
  CAFFE,

  /**
   * facebook/fb.resnet.torch, datasets/transforms.lua: bicubic, its own crop, torchvision's
   * numbers.
   */
  TORCH7,

  /** {@code keras.applications.resnet.preprocess_input}: Caffe's way with finer means. */
  KERAS,

  /** {@code keras.applications.resnet_v2.preprocess_input}: from −1 to 1. */
  KERAS_V2;

  Preprocessing preprocessing() {
    return switch (this) {
      case TORCHVISION -> of(Interpolation.BILINEAR, Normalization.IMAGENET);
      case CAFFE -> of(Interpolation.BILINEAR, unscaled(104f, 117f, 123f));
      case TORCH7 ->
          new Preprocessing(
              new Preset(256, 224, Interpolation.BICUBIC, ResizeMode.SHORTEST_LATE, 0, false),
              Normalization.IMAGENET);
      case KERAS -> of(Interpolation.BILINEAR, unscaled(103.939f, 116.779f, 123.68f));
      case KERAS_V2 ->
          of(
              Interpolation.BILINEAR,
              new Normalization(127.5f, List.of(1f, 1f, 1f), List.of(1f, 1f, 1f)));
    };
  }

  private static Preprocessing of(Interpolation interpolation, Normalization normalization) {
    return new Preprocessing(new Preset(256, 224, interpolation), normalization);
  }

  private static Normalization unscaled(float blue, float green, float red) {
    return new Normalization(1, List.of(blue, green, red), List.of(1f, 1f, 1f), ChannelOrder.BGR);
  }
}
