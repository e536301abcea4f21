package org.resnetserving.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;

class ServingPropertiesTest {
  private static final Path SMALL = Path.of("models/resnet20-cifar10.yml");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"32, 8", "64, 8", "158, 8", "160, 7", "224, 4", "288, 2", "320, 2", "1024, 2"})
  void batch_notSet_followsThePicturesSize(int side, int expected) throws Exception {
    assertThat(properties(0).batchOf(model(side, ""))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"32, 8", "64, 8", "112, 4", "160, 1", "224, 1", "288, 1"})
  void batch_notSet_inFp32_isSmaller(int side, int expected) throws Exception {
    assertThat(properties(0).batchInFp32(model(side, ""))).isEqualTo(expected);
  }

  @Test
  void batch_set_isTaken() throws Exception {
    assertThat(properties(32).batchOf(model(224, ""))).isEqualTo(32);
    assertThat(properties(32).batchOf(model(224, "serving: {max_batch: 3}\n"))).isEqualTo(3);
    assertThat(properties(0).batchOf(model(224, "serving: {max_batch: 16}\n"))).isEqualTo(16);
    assertThat(properties(32).batchInFp32(model(224, ""))).isEqualTo(32);
    assertThat(properties(0).batchInFp32(model(224, "serving: {max_batch: 3}\n"))).isEqualTo(3);
  }

  private ModelDescriptor model(int side, String more) throws Exception {
    String described =
        Files.readString(SMALL).replaceAll("(resize|crop): \\d+", "$1: " + side) + more;
    return ModelDescriptors.read(
        Files.writeString(folder.resolve("resnet20-cifar10.yml"), described));
  }

  private static ServingProperties properties(int maxBatch) {
    return new ServingProperties(
        1,
        1,
        maxBatch,
        64,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        ModelDescriptor.Precision.AUTO,
        DecodeMode.EXACT,
        Duration.ZERO);
  }
}
