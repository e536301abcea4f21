package org.resnetserving.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.network.Activation;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.onnx.OnnxWriter;
import org.resnetserving.weights.WeightsException;

/** The door: which file becomes which network, by its content and its descriptor. */
final class ModelFileTest {
  private static final Path IMPORT = Path.of("src/test/resources/golden/import").toAbsolutePath();

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "caffe-resnet50-narrow.caffemodel, Caffe",
    "torch7-resnet20-cifar10.t7, Torch7",
    "torch7-resnet50-narrow.t7, Torch7",
    "onnx-resnet50-narrow.onnx, ONNX",
    "onnx-resnet50-narrow-folded.onnx, ONNX",
    "keras-resnet50-narrow.h5, Keras",
    "keras-resnet50-narrow.keras, Keras",
    "torch-export.pt2, torch.export",
    "torch-export-core.pt2, torch.export"
  })
  void file_ofAnotherFramework_bringsItsOwnNetwork(String name, String format) throws IOException {
    ModelFile file = ModelFile.of(model("", side(name)), IMPORT.resolve(name));
    assertThat(file.format()).contains(format);
    assertThat(file.isProgram()).isFalse();
    try (ImportedNetwork network = file.open()) {
      assertThat(network.graph().classes()).isPositive();
      assertThat(network.structure()).isNotBlank();
    }
  }

  @Test
  void softmax_inTheFile_isSaidAndNotPartOfTheGraph() throws IOException {
    try (ImportedNetwork network =
        ModelFile.of(model("", 224), IMPORT.resolve("keras-resnet50-narrow.h5")).open()) {
      assertThat(network.activation()).isEqualTo(Activation.SOFTMAX);
    }
  }

  @Test
  void architecture_thatTheFileIsNot_isRefused() throws IOException {
    ModelFile file =
        ModelFile.of(
            model("architecture: resnet101\n", 112),
            IMPORT.resolve("caffe-resnet50-narrow.caffemodel"));
    assertThatThrownBy(file::open)
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("16 residual blocks, and resnet101 has 33");
    ModelFile.of(
            model("architecture: resnet50\n", 112),
            IMPORT.resolve("caffe-resnet50-narrow.caffemodel"))
        .open()
        .close();
  }

  @Test
  void normalisation_inTheFile_isNotDoneTwice() throws IOException {
    Path file =
        Files.write(
            folder.resolve("net.onnx"),
            new OnnxWriter()
                .floats("mean", new float[] {0.5f, 0.5f, 0.5f}, 1, 3, 1, 1)
                .node("Sub", List.of("x", "mean"), "y")
                .input("x", 1, 3, 16, 16)
                .node("GlobalAveragePool", List.of("y"), "p")
                .node("Flatten", List.of("p"), "f")
                .output("f")
                .file());
    ModelFile twice = ModelFile.of(model("", 16), file);
    assertThatThrownBy(twice::open)
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("net.onnx normalises its input itself");
    ModelDescriptor plain =
        ModelDescriptors.read(
            Files.writeString(
                folder.resolve("plain.yml"),
                """
                title: A net
                weights: {file: net.onnx}
                labels: labels.txt
                preset: {like: torchvision, resize: 16, crop: 16, mean: [0, 0, 0], std: [1, 1, 1]}
                license: MIT
                """));
    ModelFile.of(plain, file).open().close();
  }

  @Test
  void program_underAPresetOfOtherPlanes_isRefused() throws IOException {
    Path traced = Path.of("src/test/resources/traced/tiny.pt.gz");
    for (String preset : List.of("caffe", "keras-v2")) {
      ModelDescriptor model =
          ModelDescriptors.read(
              Files.writeString(
                  folder.resolve("net.yml"),
                  """
                  title: A program
                  architecture: torchscript
                  weights: {file: net.pt.gz}
                  labels: labels.txt
                  preset: %s
                  license: MIT
                  """
                      .formatted(preset)));
      assertThatThrownBy(() -> ModelFile.of(model, traced))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("is given RGB divided by 255");
    }
  }

  @Test
  void stateDict_withoutAnArchitecture_isToldByItsTensors() throws IOException {
    Path weights = Path.of("models/resnet50-tiny-imagenet/resnet50-tiny-imagenet.safetensors");
    try (ImportedNetwork network = ModelFile.of(model("", 64), weights).open()) {
      assertThat(network.graph().classes()).isEqualTo(200);
    }
  }

  private static int side(String name) {
    return name.contains("cifar") ? 32 : name.startsWith("caffe") ? 112 : 224;
  }

  private ModelDescriptor model(String architecture, int side) throws IOException {
    return ModelDescriptors.read(
        Files.writeString(
            folder.resolve("net.yml"),
            """
            title: A net
            %sweights: {file: net.bin}
            labels: labels.txt
            preset: {like: torchvision, resize: %d, crop: %d}
            license: MIT
            """
                .formatted(architecture, side, side)));
  }
}
