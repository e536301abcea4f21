package org.resnetserving.models;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.models.ModelDescriptor.Accuracy;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.models.ModelDescriptor.Serving;
import org.resnetserving.models.ModelDescriptor.Weights;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Architecture;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads the descriptors of models, strictly: what is not understood is refused, never ignored. */
public final class ModelDescriptors {
  /** Most bytes of a folder's {@code config.json}, and of its company. */
  public static final int MAX_CONFIG_BYTES = FolderConfig.MAX_BYTES;

  /** The least and the greatest temperature: a better one of a trained network is near 1. */
  public static final double LEAST_TEMPERATURE = 0.05;

  /** See {@link #LEAST_TEMPERATURE}. */
  public static final double MOST_TEMPERATURE = 20;

  static final int MAX_BYTES = 64 << 10;
  static final int MAX_MODELS = 1000;
  static final int MAX_LINE = 300;
  static final int MAX_TEXT = 4000;

  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  static final String NAME_RULE =
      "1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first";

  private static final String TEMPERATURE = "temperature";
  private static final List<String> KEYS =
      List.of(
          "name",
          "title",
          "description",
          "architecture",
          "classes",
          "weights",
          "labels",
          "preset",
          "activation",
          TEMPERATURE,
          "min_probability",
          "license",
          "accuracy",
          "unsure_below",
          "serving",
          "int8_checked",
          "note");
  private static final String NO_PROBABILITIES =
      "belongs to probabilities, and with activation: none there are none";
  private static final List<String> ACCURACY_KEYS =
      List.of("dataset", "pictures", "top1", "top5", "note");
  private static final List<String> SERVING_KEYS =
      List.of("workers", "max_batch", "queue", "deadline", "precision", "decode");

  private ModelDescriptors() {}

  /**
   * Reads every {@code *.yml} of several folders. A folder may be a model itself ({@link
   * SoleModel}).
   *
   * @param asked names of models that are wanted: if there is one that nothing describes, and one
   *     folder that is a model itself, that is its name
   * @return the models by name, folder by folder, in the order of their names in each; folders that
   *     are models come last
   * @throws DescriptorException with the first mistake of each file that has one, or with both
   *     files of a model that two folders describe: neither can be meant to hide the other
   */
  public static Map<String, ModelDescriptor> readFolders(List<Path> folders, List<String> asked) {
    Map<String, ModelDescriptor> models = new LinkedHashMap<>();
    List<String> mistakes = new ArrayList<>();
    List<Path> sole = folders.stream().filter(SoleModel::isOne).toList();
    for (Path folder : folders) {
      if (!sole.contains(folder)) {
        collect(() -> readFolder(folder).values(), models, mistakes);
      }
    }
    List<String> left = asked.stream().filter(name -> !models.containsKey(name)).toList();
    String name = sole.size() == 1 && left.size() == 1 ? left.get(0) : null;
    for (Path folder : sole) {
      collect(() -> List.of(SoleModel.read(folder, name)), models, mistakes);
    }
    if (!mistakes.isEmpty()) {
      throw new DescriptorException(String.join(System.lineSeparator(), mistakes));
    }
    return models;
  }

  private static void collect(
      Supplier<Collection<ModelDescriptor>> read,
      Map<String, ModelDescriptor> models,
      List<String> mistakes) {
    try {
      for (ModelDescriptor model : read.get()) {
        ModelDescriptor other = models.putIfAbsent(model.name(), model);
        if (other != null) {
          mistakes.add(
              "'%s' is described twice, by %s and by %s; rename one"
                  .formatted(model.name(), other.file(), model.file()));
        }
      }
    } catch (DescriptorException e) {
      mistakes.add(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads every {@code *.yml} of a folder, and every {@link ModelFolder} in it that has no {@code
   * .yml} of its name.
   *
   * @return the models by name, in the order of their names
   * @throws DescriptorException with the first mistake of each file that has one
   */
  public static Map<String, ModelDescriptor> readFolder(Path folder) {
    Map<String, ModelDescriptor> models = new TreeMap<>();
    List<String> mistakes = new ArrayList<>();
    for (Path file : files(folder)) {
      try {
        ModelDescriptor model = ModelFolder.isOne(file) ? ModelFolder.read(file) : read(file);
        models.put(model.name(), model);
      } catch (DescriptorException e) {
        mistakes.add(String.valueOf(e.getMessage()));
      }
    }
    if (!mistakes.isEmpty()) {
      throw new DescriptorException(String.join(System.lineSeparator(), mistakes));
    }
    return models;
  }

  /**
   * Reads one descriptor.
   *
   * @throws DescriptorException naming the file, the line, the key and what is allowed
   */
  public static ModelDescriptor read(Path file) {
    String fileName = String.valueOf(file.getFileName());
    if (!fileName.endsWith(".yml")) {
      throw new DescriptorException(file, 1, "a descriptor's file is called <model's name>.yml");
    }
    String name = fileName.substring(0, fileName.length() - ".yml".length());
    if (!NAME.matcher(name).matches()) {
      throw new DescriptorException(file, 1, "the file's name must be " + NAME_RULE);
    }
    return model(name, file, YamlMap.document(file, compose(file), KEYS));
  }

  /**
   * The descriptor, completed by what the repository of its weights says of the model; without a
   * repository, as it is. What the descriptor says itself stands.
   *
   * @param weights of the repository, in its folder
   * @throws DescriptorException naming the file, the key and what is read
   */
  public static ModelDescriptor complete(ModelDescriptor model, Path weights) {
    return model.weights().repository() == null
        ? model
        : model.completedBy(ModelFolder.read(folder(weights), model.name()));
  }

  /**
   * Checks what a repository's folder says of the model, before its weights are there.
   *
   * @throws DescriptorException naming the file, the key and what is read
   */
  public static void requireReadable(Path folder) {
    ModelFolder.check(folder);
  }

  private static ModelDescriptor model(String name, Path file, YamlMap yaml) {
    String given = yaml.optionalMatching("name", NAME, NAME_RULE);
    if (given != null && !given.equals(name)) {
      throw yaml.mistake("name", "must be the file's name, '" + name + "', it is '" + given + "'");
    }
    Path folder = folder(file);
    Weights weights = DescribedWeights.of(folder, yaml);
    Repository repository = weights.repository();
    boolean told = repository != null;
    return new ModelDescriptor(
        name,
        file,
        told && !yaml.has("title") ? String.valueOf(repository) : yaml.text("title", MAX_LINE),
        yaml.optionalText("description", MAX_TEXT),
        architecture(yaml),
        yaml.optionalInt("classes", 1, Labels.MAX_LABELS),
        weights,
        yaml.has("labels") ? path(folder, yaml, "labels") : null,
        told && !yaml.has("preset") ? null : DescribedPreset.of(yaml),
        yaml.optionalChoice("activation", Activation.class),
        temperature(yaml),
        thresholds(yaml),
        told && !yaml.has("license")
            ? "as " + repository + " says"
            : yaml.text("license", MAX_LINE),
        accuracy(yaml.optionalMap("accuracy", ACCURACY_KEYS)),
        yaml.optionalNumber("unsure_below", 0, 1),
        serving(yaml.optionalMap("serving", SERVING_KEYS)),
        yaml.flag("int8_checked", false),
        yaml.optionalText("note", MAX_TEXT));
  }

  private static @Nullable Double temperature(YamlMap yaml) {
    if (yaml.has(TEMPERATURE)
        && yaml.optionalChoice("activation", Activation.class) == Activation.NONE) {
      throw yaml.mistake(TEMPERATURE, NO_PROBABILITIES);
    }
    return yaml.optionalNumber(TEMPERATURE, LEAST_TEMPERATURE, MOST_TEMPERATURE);
  }

  private static Thresholds thresholds(YamlMap yaml) {
    Thresholds thresholds = Thresholds.of(yaml);
    if (yaml.optionalChoice("activation", Activation.class) == Activation.NONE
        && !thresholds.equals(Thresholds.NONE)) {
      throw yaml.mistake("min_probability", NO_PROBABILITIES);
    }
    return thresholds;
  }

  private static @Nullable String architecture(YamlMap yaml) {
    String name = yaml.optionalMatching("architecture", NAME, NAME_RULE);
    if (name != null && !name.equals(ModelDescriptor.TORCHSCRIPT)) {
      try {
        Architecture.parse(name);
      } catch (IllegalArgumentException e) {
        throw yaml.mistake(
            "architecture",
            "must be one of %s, or %s for a program that is served as it is; it is '%s'"
                .formatted(
                    String.join(", ", Architecture.names()), ModelDescriptor.TORCHSCRIPT, name));
      }
    }
    return name;
  }

  private static @Nullable Accuracy accuracy(@Nullable YamlMap yaml) {
    if (yaml == null) {
      return null;
    }
    double top1 = yaml.number("top1", 0, 100);
    Double top5 = yaml.optionalNumber("top5", 0, 100);
    if (top5 != null && top5 < top1) {
      throw yaml.mistake("top5", "must be at least accuracy.top1, " + top1 + ", it is " + top5);
    }
    return new Accuracy(
        yaml.text("dataset", MAX_LINE),
        yaml.optionalInt("pictures", 1, Integer.MAX_VALUE),
        top1,
        top5,
        yaml.optionalText("note", MAX_TEXT));
  }

  private static Serving serving(@Nullable YamlMap yaml) {
    if (yaml == null) {
      return new Serving(null, null, null, null, null, null);
    }
    return new Serving(
        yaml.optionalInt("workers", 1, 256),
        yaml.optionalInt("max_batch", 1, 256),
        yaml.optionalInt("queue", 1, 100_000),
        yaml.optionalDuration("deadline", Duration.ofMillis(1), Duration.ofHours(1)),
        yaml.optionalChoice("precision", Precision.class),
        yaml.optionalChoice("decode", DecodeMode.class));
  }

  /** A path beside the descriptor, or a whole one. */
  static Path path(Path folder, YamlMap yaml, String key) {
    String text = yaml.text(key, MAX_TEXT);
    if (text.indexOf('\0') >= 0 || text.endsWith("/")) {
      throw yaml.mistake(key, "must be the path of a file");
    }
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException e) {
      throw yaml.mistake(
          key,
          "cannot be a path here (%s): file names are written in %s; start with LC_ALL=C.UTF-8"
              .formatted(e.getReason(), System.getProperty("sun.jnu.encoding")));
    }
  }

  private static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  private static Node compose(Path file) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_BYTES);
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(8);
    try {
      Node node = new Yaml(options).compose(new StringReader(text(file)));
      if (node == null) {
        throw new DescriptorException(file, 1, "the file is empty");
      }
      return node;
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw new DescriptorException(file, line, "the YAML is refused: " + e.getProblem(), e);
    } catch (YAMLException e) {
      throw new DescriptorException(file, 1, "the YAML is refused: " + e.getMessage(), e);
    }
  }

  private static String text(Path file) {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new DescriptorException(file, 1, "this is no regular file");
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new DescriptorException(
            file, 1, "the file has " + size + " bytes, at most " + MAX_BYTES);
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new DescriptorException(file, 1, "the file is not UTF-8", e);
    } catch (NoSuchFileException e) {
      throw new DescriptorException(file, 1, "there is no such file", e);
    } catch (IOException e) {
      throw new DescriptorException(file, 1, "the file cannot be read: " + e, e);
    }
  }

  private static boolean isModel(Path file) {
    return file.toString().endsWith(".yml")
        || file.toString().endsWith(".yaml")
        || (ModelFolder.isOne(file) && !Files.exists(Path.of(file + ".yml")));
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries.filter(ModelDescriptors::isModel).sorted().limit(MAX_MODELS + 1L).toList();
      if (files.size() > MAX_MODELS) {
        throw new DescriptorException(
            folder + ": there are more than " + MAX_MODELS + " descriptors");
      }
      return files;
    } catch (NoSuchFileException e) {
      throw new DescriptorException(folder + ": there is no such folder of models");
    } catch (IOException e) {
      throw new DescriptorException(folder + ": the folder of models cannot be read: " + e);
    }
  }
}
