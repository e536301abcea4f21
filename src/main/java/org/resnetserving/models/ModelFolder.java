package org.resnetserving.models;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.models.ModelDescriptor.Serving;
import org.resnetserving.models.ModelDescriptor.Weights;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Architecture;

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
          "in_chans",
          "global_pool");

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
        null,
        Thresholds.NONE,
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
    }
    if (!arguments.text("global_pool", "avg").equals("avg")
        || !config.text("global_pool", "avg").equals("avg")
        || !config.flag("do_pooling", true)) {
      throw config.mistake("global_pool", "must be avg");
    }
    if (!config.has("pretrained_cfg")) {
      if (Integer.valueOf(1).equals(channels(arguments, "in_chans"))) {
        throw config.mistake(
            "pretrained_cfg", "is not there, and nothing else tells mean and std of grey pictures");
      }
      return new Dialect(architecture, TimmPresets.of(architecture, config));
    }
    return new Dialect(
        architecture,
        FolderPreset.ofTimm(config.inside("pretrained_cfg"), channels(arguments, "in_chans")));
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
    Integer channels = channels(config, "num_channels");
    return new Dialect(
        architecture,
        FolderPreset.ofProcessor(FolderConfig.read(file), channels == null ? 3 : channels));
  }

  /** What the first convolution reads: 3 of colour or 1 of grey; null where it is not said. */
  private static @Nullable Integer channels(FolderConfig config, String key) {
    if (!config.has(key)) {
      return null;
    }
    int channels = (int) config.number(key, 3, 1, 3);
    if (channels == 2) {
      throw config.mistake(key, "must be 3 (colour) or 1 (grey)");
    }
    return channels;
  }
}
