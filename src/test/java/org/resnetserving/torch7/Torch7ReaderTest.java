package org.resnetserving.torch7;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.ImportGoldens;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.FileBytes;

class Torch7ReaderTest {
  private static final Normalization CIFAR =
      new Normalization(1, List.of(125.3f, 123.0f, 113.9f), List.of(63.0f, 62.1f, 66.7f));

  @Test
  void bottlenecks_answerAsPyTorchDoes() throws IOException {
    assertGolden(
        "torch7-resnet50-narrow",
        Normalization.IMAGENET,
        224,
        "Torch7 nn.Sequential: 53 convolutions, 16 additions, 10 classes");
  }

  /** Its shortcuts are of option A. */
  @Test
  void cifarNetwork_answersAsPyTorchDoes() throws IOException {
    assertGolden(
        "torch7-resnet20-cifar10",
        CIFAR,
        32,
        "Torch7 nn.Sequential: 19 convolutions, 9 additions, 10 classes");
  }

  private static void assertGolden(String name, Normalization input, int side, String structure)
      throws IOException {
    try (ImportedNetwork network =
        new Torch7Reader().read(ImportGoldens.file(name + ".t7"), input)) {
      assertThat(network.structure()).isEqualTo(structure);
      assertThat(
              ImportGoldens.difference(
                  network.graph(), side, ImportGoldens.answer(name + ".logits.f32")))
          .isLessThan(1e-4);
      assertThat(network.side()).isEqualTo(side);
      assertThat(network.activation()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch7-resnet50-narrow.t7", "torch7-resnet20-cifar10.t7"})
  void goldens_areTold(String name) {
    var file = ImportGoldens.file(name);
    try (FileBytes bytes = FileBytes.open(file)) {
      assertThat(new Torch7Reader().matches(file, bytes.start(4096))).isTrue();
    }
  }
}
