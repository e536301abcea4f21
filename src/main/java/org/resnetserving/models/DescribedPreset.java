package org.resnetserving.models;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.Normalization;

/** What a descriptor says is done to a picture. */
final class DescribedPreset {
  private static final int MAX_SIDE = 2048;
  private static final int PIXEL_RANGE = 255;

  private static final List<String> PRESET_KEYS =
      List.of("like", "resize", "crop", "interpolation", "mean", "std", "divisor", "channels");

  private DescribedPreset() {}

  /** A name, or a mapping; with {@code like} in it, only what differs from the one named. */
  static Preprocessing of(YamlMap yaml) {
    if (yaml.isText("preset")) {
      return yaml.choice("preset", NamedPreset.class).preprocessing();
    }
    YamlMap preset = yaml.map("preset", PRESET_KEYS);
    NamedPreset like = preset.optionalChoice("like", NamedPreset.class);
    Preprocessing base = like == null ? null : like.preprocessing();
    int resize = integer(preset, "resize", base == null ? null : base.square().resize());
    int crop = integer(preset, "crop", base == null ? null : base.square().crop());
    if (crop > resize) {
      throw preset.mistake(
          preset.has("crop") ? "crop" : "resize",
          "must be at most preset.resize, " + resize + ", it is " + crop);
    }
    Interpolation interpolation =
        base != null && !preset.has("interpolation")
            ? base.square().interpolation()
            : preset.choice("interpolation", Interpolation.class);
    return new Preprocessing(
        new Preset(resize, crop, interpolation),
        normalization(preset, base == null ? null : base.normalization()));
  }

  private static int integer(YamlMap yaml, String key, @Nullable Integer otherwise) {
    return otherwise != null && !yaml.has(key) ? otherwise : (int) yaml.integer(key, 1, MAX_SIDE);
  }

  private static Normalization normalization(YamlMap yaml, @Nullable Normalization base) {
    float divisor = base == null ? PIXEL_RANGE : base.divisor();
    if (yaml.has("divisor")) {
      divisor = (float) yaml.number("divisor", 0.001, PIXEL_RANGE);
    }
    // The numbers are on the divided scale.
    double range = PIXEL_RANGE / divisor;
    ChannelOrder order = yaml.optionalChoice("channels", ChannelOrder.class);
    ChannelOrder otherwise = base == null ? ChannelOrder.RGB : base.order();
    return new Normalization(
        divisor,
        base != null && !yaml.has("mean")
            ? base.mean()
            : floats(yaml.numbers("mean", 3, -range, 2 * range)),
        base != null && !yaml.has("std")
            ? base.deviation()
            : floats(yaml.numbers("std", 3, 0.001, 10 * range)),
        order == null ? otherwise : order);
  }

  private static List<Float> floats(List<Double> numbers) {
    return numbers.stream().map(Double::floatValue).toList();
  }
}
