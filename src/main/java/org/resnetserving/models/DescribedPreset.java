package org.resnetserving.models;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.image.ResizeMode;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.Normalization;

/** What a descriptor says is done to a picture. */
final class DescribedPreset {
  private static final int MAX_SIDE = 2048;
  private static final int PIXEL_RANGE = 255;

  private static final List<String> PRESET_KEYS =
      List.of(
          "like",
          "resize",
          "crop",
          "interpolation",
          "mean",
          "std",
          "divisor",
          "channels",
          "mode",
          "padding");

  private DescribedPreset() {}

  /** A name, or a mapping; with {@code like} in it, only what differs from the one named. */
  static Preprocessing of(YamlMap yaml) {
    if (yaml.isText("preset")) {
      return yaml.choice("preset", NamedPreset.class).preprocessing();
    }
    YamlMap preset = yaml.map("preset", PRESET_KEYS);
    NamedPreset like = preset.optionalChoice("like", NamedPreset.class);
    Preprocessing base = like == null ? null : like.preprocessing();
    Colours colours = preset.optionalChoice("channels", Colours.class);
    return new Preprocessing(
        square(preset, base == null ? null : base.square(), colours == Colours.GREY),
        normalization(preset, base == null ? null : base.normalization(), colours));
  }

  /** What a network reads: red first, blue first, or one channel of grey. */
  private enum Colours {
    RGB,
    BGR,
    GREY
  }

  private static Preset square(YamlMap yaml, @Nullable Preset base, boolean grey) {
    ResizeMode mode = yaml.optionalChoice("mode", ResizeMode.class);
    if (mode == null) {
      mode = base == null ? ResizeMode.SHORTEST : base.mode();
    }
    boolean cut = mode == ResizeMode.SHORTEST || mode == ResizeMode.SHORTEST_LATE;
    int crop = integer(yaml, "crop", base == null ? null : base.crop());
    // Only where the middle is cut out is there a size before.
    Integer otherwise = base == null ? null : Integer.valueOf(base.resize());
    int resize = integer(yaml, "resize", cut ? otherwise : Integer.valueOf(crop));
    if (crop > resize) {
      throw yaml.mistake(
          yaml.has("crop") ? "crop" : "resize",
          "must be at most preset.resize, " + resize + ", it is " + crop);
    }
    Integer padding = yaml.optionalInt("padding", 0, PIXEL_RANGE);
    if (padding != null && mode != ResizeMode.LETTERBOX) {
      throw yaml.mistake("padding", "belongs to mode: letterbox");
    }
    Interpolation interpolation =
        base != null && !yaml.has("interpolation")
            ? base.interpolation()
            : yaml.choice("interpolation", Interpolation.class);
    return new Preset(resize, crop, interpolation, mode, padding == null ? 0 : padding, grey);
  }

  private static int integer(YamlMap yaml, String key, @Nullable Integer otherwise) {
    return otherwise != null && !yaml.has(key) ? otherwise : (int) yaml.integer(key, 1, MAX_SIDE);
  }

  private static Normalization normalization(
      YamlMap yaml, @Nullable Normalization base, @Nullable Colours colours) {
    float divisor = base == null ? PIXEL_RANGE : base.divisor();
    if (yaml.has("divisor")) {
      divisor = (float) yaml.number("divisor", 0.001, PIXEL_RANGE);
    }
    // The numbers are on the divided scale.
    double range = PIXEL_RANGE / divisor;
    int count = colours == Colours.GREY ? 1 : 3;
    Normalization alike = base != null && count == base.channels() ? base : null;
    return new Normalization(
        divisor,
        alike != null && !yaml.has("mean")
            ? alike.mean()
            : floats(yaml.numbers("mean", count, -range, 2 * range)),
        alike != null && !yaml.has("std")
            ? alike.deviation()
            : floats(yaml.numbers("std", count, 0.001, 10 * range)),
        colours == null
            ? (base == null ? ChannelOrder.RGB : base.order())
            : colours == Colours.BGR ? ChannelOrder.BGR : ChannelOrder.RGB);
  }

  private static List<Float> floats(List<Double> numbers) {
    return numbers.stream().map(Double::floatValue).toList();
  }
}
