package org.resnetserving.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.ImportGoldens;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.NetworkReader;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.FileBytes;

class OnnxReaderTest {

  @ParameterizedTest
  @ValueSource(strings = {"onnx-resnet50-narrow", "onnx-resnet50-narrow-folded"})
  void golden_answersAsPyTorchDoes(String name) throws IOException {
    Path file = ImportGoldens.file(name + ".onnx");
    try (ImportedNetwork network = new OnnxReader().read(file, Normalization.IMAGENET)) {
      assertThat(network.structure()).endsWith("53 convolutions, 16 additions, 10 classes");
      assertThat(
              ImportGoldens.difference(
                  network.graph(), 224, ImportGoldens.answer(name + ".logits.f32")))
          .isLessThan(1e-4);
      assertThat(network.activation()).isNull();
    }
    try (FileBytes bytes = FileBytes.open(file)) {
      assertThat(new OnnxReader().matches(file, bytes.start(NetworkReader.START_BYTES))).isTrue();
    }
  }
}
