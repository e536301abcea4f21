package org.resnetserving.models;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.models.ModelDescriptor.Serving;
import org.resnetserving.models.ModelDescriptor.Weights;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.Normalization;

/**
 * A folder as Hugging Face's libraries save a model: {@code config.json} in the dialect of timm, of
 * transformers' ResNet, or of transformers' wrapper of timm, and the weights beside it. It is a
 * descriptor by itself; its name is the model's. What the libraries do to a picture by default is
 * done here; what is not done here is refused by the key that asks for it.
 */
final class ModelFolder {
  private static final String CONFIG = "config.json";
  private static final List<String> WEIGHTS =
      List.of("model.safetensors", "pytorch_model.bin", "pytorch_model.pth", "model.pth");
  private static final int MAX_SIDE = 2048;
  private static final int PIXEL_RANGE = 255;

  /** From this size on, ConvNext's processor squeezes pictures into a square. */
  private static final int SQUEEZED_FROM = 384;

  /** Arguments of timm's that leave the network as its name says, or are told by the tensors. */
  private static final List<String> HARMLESS_ARGUMENTS =
      List.of(
          "channels",
          "stem_width",
          "num_classes",
          "drop_rate",
          "drop_path_rate",
          "drop_block_rate",
          "zero_init_last",
          "in_chans");

  private final Path folder;
  private final FolderConfig config;

  private ModelFolder(Path folder, FolderConfig config) {
    this.folder = folder;
    this.config = config;
  }

  /** Whether a path is such a folder. */
  static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIG));
  }

  /** Whether weights lie in a folder. */
  static boolean hasWeights(Path folder) {
    return WEIGHTS.stream().anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
  }

  /**
   * The model in a folder.
   *
   * @throws DescriptorException naming the file, the key and what is read
   */
  static ModelDescriptor read(Path folder) {
    String name = String.valueOf(folder.getFileName());
    if (!ModelDescriptors.NAME.matcher(name).matches()) {
      throw new DescriptorException(
          folder, 1, "the folder's name is the model's: " + ModelDescriptors.NAME_RULE);
    }
    return read(folder, name);
  }

  /** The model in a folder, by another name than the folder's. */
  static ModelDescriptor read(Path folder, String name) {
    return of(folder).model(name);
  }

  private static ModelFolder of(Path folder) {
    return new ModelFolder(folder, FolderConfig.read(folder.resolve(CONFIG)));
  }

  /** Checks what a folder says of the model, before its weights are there. */
  static void check(Path folder) {
    ModelFolder checked = of(folder);
    checked.dialect();
    checked.activation();
  }

  private Dialect dialect() {
    return switch (config.text("model_type", "timm")) {
      case "resnet" -> transformers();
      case "timm", "timm_wrapper" -> timm();
      default ->
          throw config.mistake(
              "model_type", "must be resnet or timm_wrapper, or not be there (timm's own)");
    };
  }

  private ModelDescriptor model(String name) {
    Path file = folder.resolve(CONFIG);
    Dialect dialect = dialect();
    // Those that timm publishes for ImageNet name none, and a network without a head has none.
    boolean labelled = config.has("id2label") || config.has("label_names");
    int classes =
        (int)
            config.number(
                "num_classes", labelled ? Labels.read(file, null).size() : 0, 0, Labels.MAX_LABELS);
    return new ModelDescriptor(
        name,
        file,
        name,
        null,
        dialect.architecture,
        classes == 0 ? null : (Integer) classes,
        new Weights(weights().toAbsolutePath(), null, List.of()),
        labelled ? file : null,
        dialect.preset,
        activation(),
        config.inside("pretrained_cfg").text("license", "not said in " + CONFIG),
        null,
        null,
        new Serving(null, null, null, null, null, null),
        false,
        null);
  }

  private record Dialect(String architecture, Preprocessing preset) {}

  private Path weights() {
    for (String name : WEIGHTS) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        return file;
      }
      if (Files.isRegularFile(folder.resolve(name + ".index.json"))) {
        throw new DescriptorException(
            folder, 1, "the weights are in several files: save them with a larger max_shard_size");
      }
    }
    throw new DescriptorException(
        folder, 1, "there are no weights: one of %s".formatted(String.join(", ", WEIGHTS)));
  }

  private @Nullable Activation activation() {
    String problem = config.text("problem_type", "single_label_classification");
    return switch (problem) {
      case "single_label_classification" -> null;
      case "multi_label_classification" -> Activation.SIGMOID;
      default ->
          throw config.mistake(
              "problem_type", "must be single_label_classification or multi_label_classification");
    };
  }

  private Dialect timm() {
    String architecture = config.text("architecture", null);
    try {
      Architecture.parse(architecture);
    } catch (IllegalArgumentException e) {
      throw config.mistake("architecture", String.valueOf(e.getMessage()));
    }
    FolderConfig arguments = config.inside("model_args");
    if (config.has("model_args")) {
      for (String key : arguments.keys()) {
        if (!HARMLESS_ARGUMENTS.contains(key)) {
          throw arguments.mistake(key, "is not read: it makes another network");
        }
      }
      arguments.number("in_chans", 3, 3, 3);
    }
    String pool = config.text("global_pool", "avg");
    if (!pool.equals("avg") || !config.flag("do_pooling", true)) {
      throw config.mistake("global_pool", "must be avg");
    }
    if (!config.has("pretrained_cfg")) {
      return new Dialect(architecture, TimmPresets.of(architecture, config));
    }
    FolderConfig preset = config.inside("pretrained_cfg");
    List<Double> size = preset.numbers("input_size", 3, 1, MAX_SIDE);
    if (size.size() != 3 || size.get(0) != 3 || !size.get(1).equals(size.get(2))) {
      throw preset.mistake("input_size", "must be [3, size, size]");
    }
    if (!preset.text("crop_mode", "center").equals("center")) {
      throw preset.mistake("crop_mode", "must be center");
    }
    int crop = size.get(1).intValue();
    double share = preset.number("crop_pct", 0.875, 0.1, 1);
    return new Dialect(
        architecture,
        preprocessing(
            preset,
            crop,
            (int) Math.floor(crop / share),
            interpolation(preset, preset.text("interpolation", "bicubic")),
            "mean",
            "std"));
  }

  private static Interpolation interpolation(FolderConfig preset, String name) {
    return switch (name) {
      case "bicubic" -> Interpolation.BICUBIC;
      case "bilinear" -> Interpolation.BILINEAR;
      default -> throw preset.mistake("interpolation", "must be bilinear or bicubic");
    };
  }

  private Dialect transformers() {
    String layer = config.text("layer_type", "bottleneck");
    List<Double> depths = config.numbers("depths", 6, 1, 999);
    if (!layer.equals("basic") && !layer.equals("bottleneck")) {
      throw config.mistake("layer_type", "must be basic or bottleneck");
    }
    if (!config.text("hidden_act", "relu").equals("relu")) {
      throw config.mistake("hidden_act", "must be relu");
    }
    config.number("num_channels", 3, 3, 3);
    String architecture =
        "resnet-%s-%s%s%s"
            .formatted(
                layer,
                depths.stream()
                    .map(depth -> Integer.toString(depth.intValue()))
                    .collect(Collectors.joining("-")),
                config.flag("downsample_in_bottleneck", false) ? "-first" : "",
                config.flag("downsample_in_first_stage", false) ? "-step" : "");
    Path file = folder.resolve("preprocessor_config.json");
    if (!Files.isRegularFile(file)) {
      throw new DescriptorException(folder, 1, "there is no preprocessor_config.json");
    }
    return new Dialect(architecture, processor(FolderConfig.read(file)));
  }

  /** ConvNext's processor, which ResNets have, and those that resize and crop from the middle. */
  private static Preprocessing processor(FolderConfig processor) {
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
      return preprocessing(processor, side, edge, interpolation, "image_mean", "image_std");
    }
    if (edge >= SQUEEZED_FROM) {
      throw processor.mistake("size", "must be below 384: from there on pictures are squeezed");
    }
    double share = processor.number("crop_pct", 0.875, 0.1, 1);
    return preprocessing(
        processor, edge, (int) (edge / share), interpolation, "image_mean", "image_std");
  }

  private static Preprocessing preprocessing(
      FolderConfig config,
      int crop,
      int resize,
      Interpolation interpolation,
      String mean,
      String deviation) {
    if (resize > MAX_SIDE || crop > resize) {
      throw config.mistake(
          "crop_pct", "makes %d pixels of %d; at most %d".formatted(resize, crop, MAX_SIDE));
    }
    List<Double> means = config.numbers(mean, 3, -1, 2);
    List<Double> deviations = config.numbers(deviation, 3, 0.001, 10);
    if (means.size() != 3 || deviations.size() != 3) {
      throw config.mistake(mean, "and " + deviation + " must be three numbers each");
    }
    return new Preprocessing(
        new Preset(resize, crop, interpolation),
        new Normalization(PIXEL_RANGE, floats(means), floats(deviations)));
  }

  private static List<Float> floats(List<Double> numbers) {
    return numbers.stream().map(Double::floatValue).toList();
  }
}
