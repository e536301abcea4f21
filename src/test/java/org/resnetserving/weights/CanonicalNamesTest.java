package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalNamesTest {

  @ParameterizedTest
  @CsvSource({
    "conv1.weight, conv1.weight",
    "layer4.2.downsample.1.running_var, layer4.2.downsample.1.running_var",
    "fc.bias, fc.bias",
    "linear.weight, fc.weight",
    "module.linear.bias, fc.bias",
    "module.layer1.0.bn1.weight, layer1.0.bn1.weight",
    "_orig_mod.conv1.weight, conv1.weight",
    "module._orig_mod.conv1.weight, conv1.weight",
    "_orig_mod.module.conv1.weight, conv1.weight",
    "resnet.embedder.embedder.convolution.weight, conv1.weight",
    "resnet.embedder.embedder.normalization.running_mean, bn1.running_mean",
    "embedder.embedder.normalization.bias, bn1.bias",
    "resnet.encoder.stages.0.layers.0.layer.0.convolution.weight, layer1.0.conv1.weight",
    "resnet.encoder.stages.2.layers.22.layer.2.normalization.weight, layer3.22.bn3.weight",
    "resnet.encoder.stages.3.layers.1.layer.1.convolution.weight, layer4.1.conv2.weight",
    "resnet.encoder.stages.1.layers.0.shortcut.convolution.weight, layer2.0.downsample.0.weight",
    "resnet.encoder.stages.1.layers.0.shortcut.normalization.num_batches_tracked,"
        + " layer2.0.downsample.1.num_batches_tracked",
    "classifier.1.weight, fc.weight",
    "classifier.1.bias, fc.bias",
    "something.else, something.else",
    "modules.x, modules.x"
  })
  void name_ofAnyOrigin_isTorchvisions(String name, String canonical) {
    assertThat(CanonicalNames.of(name)).isEqualTo(canonical);
  }

  @Test
  void twoKeys_ofOneName_areRefusedWithBoth() {
    byte[] file =
        new WeightFileWriter()
            .tensor("linear.bias", new int[] {1}, 1)
            .tensor("module.fc.bias", new int[] {1}, 1)
            .safetensors();

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(file))
        .withMessageContaining("linear.bias and module.fc.bias both mean fc.bias");
  }
}
