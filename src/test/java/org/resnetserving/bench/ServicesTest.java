package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;

final class ServicesTest {
  @TempDir private Path folder;

  @Test
  void atSize_isTheSameModelAtThatSize() throws IOException {
    ModelDescriptor model = ModelDescriptors.read(Path.of("models", "resnet50-tiny-imagenet.yml"));
    Path file = folder.resolve("resnet50-tiny-imagenet.yml");
    Files.writeString(file, Services.atSize(model, 224));
    ModelDescriptor larger = ModelDescriptors.read(file);
    assertThat(larger.preset().square().resize()).isEqualTo(224);
    assertThat(larger.preset().side()).isEqualTo(224);
    assertThat(larger.preset().normalization()).isEqualTo(model.preset().normalization());
    assertThat(larger.weights().file()).isAbsolute().exists();
    assertThat(larger.weights().sha256()).isEqualTo(model.weights().sha256());
    assertThat(larger.labels()).isAbsolute().exists();
  }
}
