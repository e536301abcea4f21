package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.image.Preset;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;

final class ResizedDescriptorTest {
  @TempDir private Path folder;

  @Test
  void of_isTheSameModelAtThatSize() throws IOException {
    ModelDescriptor model = ModelDescriptors.read(Path.of("models", "resnet50-tiny-imagenet.yml"));
    Path file = folder.resolve("resnet50-tiny-imagenet.yml");
    Files.writeString(file, ResizedDescriptor.of(model, 224));
    ModelDescriptor larger = ModelDescriptors.read(file);
    assertThat(larger.preset().square().resize()).isEqualTo(224);
    assertThat(larger.preset().square().crop()).isEqualTo(224);
    assertThat(larger.preset().normalization()).isEqualTo(model.preset().normalization());
    assertThat(larger.weights().file()).isAbsolute().exists();
    assertThat(larger.weights().sha256()).isEqualTo(model.weights().sha256());
    assertThat(larger.labels()).isAbsolute().exists();
  }

  @Test
  void of_aPresetInOneLine_hasThatSizeToo() throws IOException {
    Path file = Files.createDirectory(folder.resolve("own")).resolve("own.yml");
    Files.writeString(
        file,
        """
        title: A small network   # and a comment
        architecture: resnet20-cifar
        weights: {file: own.safetensors, sha256: %s}
        labels: "labels.txt"
        preset: {resize: 40, crop: 32, interpolation: bicubic, mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.2]}
        license: Apache-2.0
        int8_checked: true
        serving: {deadline: 5s}
        """
            .formatted("a".repeat(64)));
    ModelDescriptor model = ModelDescriptors.read(file);
    Path copy = folder.resolve("own.yml");
    Files.writeString(copy, ResizedDescriptor.of(model, 96));
    ModelDescriptor larger = ModelDescriptors.read(copy);
    assertThat(larger.preset().square())
        .isEqualTo(new Preset(96, 96, model.preset().square().interpolation()));
    assertThat(larger)
        .usingRecursiveComparison()
        .ignoringFields("file", "ownPreset.square")
        .isEqualTo(model);
  }

  @Test
  void of_aPresetByName_isThatPresetAtThatSize() throws IOException {
    Path file = Files.createDirectory(folder.resolve("own")).resolve("own.yml");
    Files.writeString(
        file,
        """
        title: A small network
        architecture: resnet20-cifar
        weights: {file: own.safetensors}
        labels: labels.txt
        preset: caffe
        license: Apache-2.0
        """);
    ModelDescriptor model = ModelDescriptors.read(file);
    Path copy = folder.resolve("own.yml");
    Files.writeString(copy, ResizedDescriptor.of(model, 96));
    ModelDescriptor smaller = ModelDescriptors.read(copy);
    assertThat(smaller.preset().side()).isEqualTo(96);
    assertThat(smaller.preset().normalization()).isEqualTo(model.preset().normalization());
  }
}
