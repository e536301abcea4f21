package org.resnetserving.models;

import java.util.List;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.Normalization;

/** What published networks want done to a picture, by the name of where they come from. */
enum NamedPreset {
  /** torchvision's {@code ImageClassification} for ImageNet, as of its first weights. */
  TORCHVISION(Interpolation.BILINEAR, Normalization.IMAGENET),

  /**
   * The ResNets of KaimingHe/deep-residual-networks: blue first, the mean of ImageNet's colours
   * taken off, not scaled.
   */
  CAFFE(
      Interpolation.BILINEAR,
      new Normalization(1, List.of(104f, 117f, 123f), List.of(1f, 1f, 1f), ChannelOrder.BGR)),

  /** facebook/fb.resnet.torch, datasets/transforms.lua: bicubic, torchvision's numbers. */
  TORCH7(Interpolation.BICUBIC, Normalization.IMAGENET),

  /** {@code keras.applications.resnet.preprocess_input}: Caffe's way with finer means. */
  KERAS(
      Interpolation.BILINEAR,
      new Normalization(
          1, List.of(103.939f, 116.779f, 123.68f), List.of(1f, 1f, 1f), ChannelOrder.BGR)),

  /** {@code keras.applications.resnet_v2.preprocess_input}: from −1 to 1. */
  KERAS_V2(
      Interpolation.BILINEAR, new Normalization(127.5f, List.of(1f, 1f, 1f), List.of(1f, 1f, 1f)));

  private final Preprocessing preprocessing;

  NamedPreset(Interpolation interpolation, Normalization normalization) {
    this.preprocessing = new Preprocessing(new Preset(256, 224, interpolation), normalization);
  }

  Preprocessing preprocessing() {
    return preprocessing;
  }
}
