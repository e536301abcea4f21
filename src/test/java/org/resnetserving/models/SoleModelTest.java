package org.resnetserving.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.weights.WeightFileWriter;

/** Folders as KServe mounts them: one model, and nobody who describes it. */
final class SoleModelTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/folders");
  private static final Path CIFAR = Path.of("src/test/resources/weights/resnet20-cifar10.pth");
  private static final Path SAFE = Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors");
  private static final Path LABELS = Path.of("models/resnet20-cifar10/labels.txt");

  @TempDir private Path folder;

  @Test
  void huggingFaceFolder_isAModel_whateverElseIsInIt() throws IOException {
    copyAll("hf-resnet-bottleneck", folder);
    copyAll("hf-resnet-bottleneck", Files.createDirectory(folder.resolve("checkpoint-500")));
    Files.writeString(folder.resolve("train.yaml"), "lr: 0.1");

    ModelDescriptor model = only("cats");

    assertThat(model.name()).isEqualTo("cats");
    assertThat(model.architecture()).isEqualTo("resnet-bottleneck-1-2-1-1");
    assertThat(model.weights().file()).hasFileName("model.safetensors").isAbsolute();
    assertThat(only().name()).isEqualTo(folder.getFileName().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "net.pth, labels.txt",
    "net.safetensors, labels.txt",
    "net.v2.pt, index_to_name.json"
  })
  void fileOfPyTorch_withLabels_isAModel(String weights, String labels) throws IOException {
    copy(weights.endsWith("safetensors") ? SAFE : CIFAR, weights);
    copy(labels.endsWith("json") ? GOLDEN.resolve("index_to_name.json") : LABELS, labels);

    ModelDescriptor model = only();

    assertThat(model.name()).isEqualTo(weights.substring(0, weights.lastIndexOf('.')));
    assertThat(model.architecture()).isEqualTo("resnet20-cifar");
    assertThat(model.labels()).hasFileName(labels);
    assertThat(model.preset().side()).isEqualTo(32);
    assertThat(model.note()).contains("Its tensors are a resnet20-cifar's").contains(labels);
    assertThat(only("cats").name()).isEqualTo("cats");
  }

  @Test
  void networkOfImageNetsSize_isGivenTorchvisionsPreset_andSaysSo() throws IOException {
    copy(GOLDEN.resolve("timm-resnet/model.safetensors"), "net.safetensors");
    Files.writeString(folder.resolve("labels.txt"), "a\nb\nc\nd\ne");

    ModelDescriptor model = only();

    assertThat(model.architecture()).isEqualTo("resnet26");
    assertThat(model.preset()).isEqualTo(NamedPreset.TORCHVISION.preprocessing());
    assertThat(model.note()).contains("as torchvision does by default").contains("net.yml");
  }

  @Test
  void archive_isAModel_alsoInTorchServesOwnFolder() throws IOException {
    Path store = Files.createDirectory(folder.resolve("model-store"));
    Files.copy(GOLDEN.resolve("cifar.mar"), store.resolve("cifar.mar"));

    ModelDescriptor model = only();

    assertThat(model.name()).isEqualTo("cifar");
    assertThat(Labels.of(model).size()).isEqualTo(10);
  }

  @Test
  void program_isServedAsItIs() throws IOException {
    copy(Path.of("src/test/resources/traced/tiny.pt.gz"), "tiny.pt.gz");

    ModelDescriptor model = only();

    assertThat(model.name()).isEqualTo("tiny");
    assertThat(model.architecture()).isNull();
    assertThat(model.note()).contains("as its file has it").contains("labels are those of nobody");
  }

  @Test
  void tensorsOfTwoNetworks_areRefusedWithBothNames() throws IOException {
    WeightFileWriter writer = new WeightFileWriter();
    ones(writer, "conv1.0.weight", 1, 3, 3, 3);
    ones(writer, "conv1.3.weight", 1, 1, 3, 3);
    int[] depths = {3, 4, 6, 3};
    for (int stage = 1; stage <= depths.length; stage++) {
      for (int block = 0; block < depths[stage - 1]; block++) {
        String prefix = "layer%d.%d.".formatted(stage, block);
        ones(writer, prefix + "conv1.weight", 1, 1, 1, 1);
        ones(writer, prefix + "conv2.weight", 1, 1, 3, 3);
        ones(writer, prefix + "conv3.weight", 1, 1, 1, 1);
      }
      ones(writer, "layer%d.0.downsample.1.weight".formatted(stage), 1, 1, 1, 1);
    }
    ones(writer, "fc.weight", 2, 1);
    Files.write(folder.resolve("net.safetensors"), writer.safetensors());

    assertThatThrownBy(this::only)
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining("architecture: resnet50d or architecture: resnetaa50d")
        .hasMessageContaining(folder.resolve("net.yml").toString());
  }

  private static void ones(WeightFileWriter writer, String name, int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, 1);
    writer.tensor(name, shape, values);
  }

  @Test
  void severalFiles_areRefused() throws IOException {
    copy(CIFAR, "a.pth");
    copy(CIFAR, "b.pth");

    assertThatThrownBy(this::only)
        .isInstanceOf(DescriptorException.class)
        .hasMessageContaining("such as a.pth and b.pth")
        .hasMessageContaining("write a descriptor");
  }

  @Test
  void fileThatIsNoNetwork_isRefusedWithWhatToWrite() throws IOException {
    Files.writeString(folder.resolve("net.pth"), "<html>");

    assertThatThrownBy(this::only)
        .hasMessageContaining("is HTML or XML")
        .hasMessageContaining(folder.resolve("net.yml").toString());
  }

  @Test
  void nameThatIsNone_isRefused() throws IOException {
    copy(CIFAR, "my net.pth");

    assertThatThrownBy(this::only)
        .hasMessageContaining("would be called 'my net'")
        .hasMessageContaining("--models=<name>");
    assertThat(only("net").name()).isEqualTo("net");
  }

  @Test
  void descriptors_winOverFilesBesideThem() throws IOException {
    copyAll("hf-resnet-bottleneck", folder);
    Files.writeString(folder.resolve("mine.yml"), "weights: hf://owner/name");

    assertThat(read()).containsOnlyKeys("mine");
  }

  @Test
  void emptyFolder_isNoModel() {
    assertThat(read()).isEmpty();
  }

  private ModelDescriptor only(String... asked) {
    Map<String, ModelDescriptor> models = read(asked);
    assertThat(models).hasSize(1);
    return models.values().iterator().next();
  }

  private Map<String, ModelDescriptor> read(String... asked) {
    return ModelDescriptors.readFolders(List.of(folder), List.of(asked));
  }

  private void copy(Path file, String name) throws IOException {
    Files.copy(file, folder.resolve(name));
  }

  private static void copyAll(String name, Path target) throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
  }
}
