package org.resnetserving.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.models.ModelDescriptor.Serving;
import org.resnetserving.models.ModelDescriptor.Weights;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.WeightFormat;
import org.resnetserving.weights.WeightsException;
import org.resnetserving.weights.WeightsFile;

/**
 * A models folder that is itself one model and holds no descriptor, such as KServe mounts at {@code
 * /mnt/models}: a {@link ModelFolder}; or one of TorchServe's archives, or one file of PyTorch's
 * with its labels beside it. Of the latter the tensors tell the network; what is done to a picture
 * nobody says, so it is what torchvision does by default, and the model's note says that.
 */
final class SoleModel {
  private static final Pattern WEIGHTS =
      Pattern.compile("(?i)[^.].*\\.(mar|safetensors|pth|pth\\.tar|pt|pt\\.gz|bin|ckpt)");
  private static final List<String> LABELS =
      List.of("labels.txt", "labels.tsv", "labels.json", "classes.txt", "index_to_name.json");

  /** Where TorchServe keeps its archives, in the folders that KServe makes for it. */
  private static final String STORE = "model-store";

  /** So many entries of a folder are looked at. */
  private static final int MAX_ENTRIES = 10_000;

  private static final Pattern CIFAR = Pattern.compile("resnet\\d+-cifar");

  /** What CIFAR-10's pictures are, and what training scripts take off them. */
  private static final Preprocessing CIFAR_PRESET =
      new Preprocessing(
          new Preset(32, 32, Interpolation.BILINEAR),
          new Normalization(
              255, List.of(0.4914f, 0.4822f, 0.4465f), List.of(0.247f, 0.2435f, 0.2616f)));

  private SoleModel() {}

  /** Whether a folder is one model. */
  static boolean isOne(Path folder) {
    if (!Files.isDirectory(folder) || entries(folder).anyMatch(file -> ends(file, ".yml"))) {
      return false;
    }
    boolean others = entries(folder).anyMatch(ModelFolder::isOne);
    return ModelFolder.isOne(folder)
        ? ModelFolder.hasWeights(folder) || !others
        : !others && !weights(folder).isEmpty();
  }

  /**
   * The model in such a folder.
   *
   * @param name what it is called; null takes the folder's name, or the weights file's
   * @throws DescriptorException saying what is missing, or which networks the tensors may be of
   */
  static ModelDescriptor read(Path folder, @Nullable String name) {
    if (ModelFolder.isOne(folder)) {
      Path whole = folder.toAbsolutePath().normalize();
      return ModelFolder.read(folder, named(folder, name, whole.getFileName()));
    }
    List<Path> files = weights(folder);
    if (files.size() > 1) {
      throw new DescriptorException(
          "%s: there is no descriptor, and several files may be the model's weights, such as %s and %s: write a descriptor, <name>.yml, for each that is served"
              .formatted(folder, files.get(0).getFileName(), files.get(1).getFileName()));
    }
    Path file = files.get(0);
    String plain =
        String.valueOf(file.getFileName()).replaceFirst("(?i)(\\.pth|\\.pt)?\\.\\w+$", "");
    return described(folder, named(folder, name, Path.of(plain)), file);
  }

  private static ModelDescriptor described(Path folder, String name, Path file) {
    Path descriptor = folder.toAbsolutePath().normalize().resolve(name + ".yml");
    Path labels = labels(folder, file);
    String architecture = architecture(file, descriptor);
    boolean cifar = architecture != null && CIFAR.matcher(architecture).matches();
    String network =
        architecture == null
            ? "The network is as its file has it"
            : "Its tensors are a " + architecture + "'s";
    String pictures =
        cifar
            ? "like CIFAR-10's (32×32, its mean and deviation)"
            : "as torchvision does by default (shorter side 256, crop 224, bilinear, ImageNet's mean and deviation)";
    return new ModelDescriptor(
        name,
        descriptor,
        name,
        null,
        architecture,
        null,
        new Weights(file.toAbsolutePath(), null, List.of()),
        labels,
        cifar ? CIFAR_PRESET : NamedPreset.TORCHVISION.preprocessing(),
        null,
        null,
        Thresholds.NONE,
        "not said",
        null,
        null,
        new Serving(null, null, null, null, null, null),
        false,
        "There is no descriptor. %s, labels are those of %s, and pictures are treated %s. If it was trained otherwise its answers are wrong: say preset in %s."
            .formatted(
                network,
                labels == null ? "nobody" : labels.getFileName(),
                pictures,
                descriptor.getFileName()));
  }

  private static String named(Path folder, @Nullable String asked, @Nullable Path own) {
    String name = asked == null ? String.valueOf(own) : asked;
    if (!ModelDescriptors.NAME.matcher(name).matches()) {
      throw new DescriptorException(
          folder,
          1,
          "there is no descriptor, so the model would be called '%s'; a name has %s. Say --models=<name>"
              .formatted(name, ModelDescriptors.NAME_RULE));
    }
    return name;
  }

  /** The labels beside the weights, or in the archive; null if there are none. */
  private static @Nullable Path labels(Path folder, Path file) {
    Optional<Path> beside =
        LABELS.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    return beside.orElse(ends(file, ".mar") ? file : null);
  }

  /** What the tensors tell; null where the file runs by itself, or its network has no name. */
  private static @Nullable String architecture(Path file, Path descriptor) {
    try (WeightsFile opened = WeightsFile.open(file)) {
      WeightFormat format = opened.servedFormat();
      if (format == WeightFormat.TORCHSCRIPT
          || format == WeightFormat.TORCHSCRIPT_GZIP
          || format == WeightFormat.TORCHSCRIPT_ARCHIVED) {
        return null;
      }
      StateDict weights = opened.stateDict();
      Architecture told = Architecture.of(weights);
      try {
        return Architecture.parse(told.name()).structure().equals(told.structure())
            ? told.name()
            : null;
      } catch (IllegalArgumentException e) {
        return null;
      }
    } catch (WeightsException e) {
      throw new DescriptorException(
          file,
          1,
          "%s. There is no descriptor; what the file does not tell goes into %s"
              .formatted(e.getMessage(), descriptor),
          e);
    }
  }

  private static List<Path> weights(Path folder) {
    Path store = folder.resolve(STORE);
    List<Path> files = matching(folder);
    return files.isEmpty() && Files.isDirectory(store) ? matching(store) : files;
  }

  private static List<Path> matching(Path folder) {
    return entries(folder)
        .filter(file -> WEIGHTS.matcher(String.valueOf(file.getFileName())).matches())
        .filter(Files::isRegularFile)
        .sorted()
        .toList();
  }

  private static boolean ends(Path file, String end) {
    return file.toString().endsWith(end);
  }

  private static Stream<Path> entries(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.limit(MAX_ENTRIES).toList().stream();
    } catch (IOException e) {
      throw new DescriptorException(folder + ": the folder of models cannot be read: " + e);
    }
  }
}
