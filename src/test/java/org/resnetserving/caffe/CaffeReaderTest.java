package org.resnetserving.caffe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnetserving.network.Activation;
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.ImportGoldens;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.FileBytes;

class CaffeReaderTest {
  /** What the golden says: minus the mean, divided by 64. */
  private static final Normalization GOLDEN =
      new Normalization(1, List.of(104f, 117f, 123f), List.of(64f, 64f, 64f), ChannelOrder.BGR);

  @Test
  void golden_answersAsOpenCvDoes() throws IOException {
    try (ImportedNetwork network =
        new CaffeReader().read(ImportGoldens.file("caffe-resnet50-narrow.caffemodel"), GOLDEN)) {
      assertThat(
              ImportGoldens.difference(
                  network.graph(), 112, ImportGoldens.answer("caffe-resnet50-narrow.logits.f32")))
          .isLessThan(1e-4);
      assertThat(network.side()).isEqualTo(112);
      assertThat(network.activation()).isEqualTo(Activation.SOFTMAX);
      assertThat(network.structure())
          .isEqualTo("Caffe network ResNet-50: 53 convolutions, 16 additions, 10 classes");
    }
  }

  @Test
  void golden_isTold() {
    var file = ImportGoldens.file("caffe-resnet50-narrow.caffemodel");
    try (FileBytes bytes = FileBytes.open(file)) {
      assertThat(new CaffeReader().matches(file, bytes.start(4096))).isTrue();
    }
  }
}
