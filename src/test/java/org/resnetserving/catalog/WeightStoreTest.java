package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.download.DownloadSettings;
import org.resnetserving.download.Timing;
import org.resnetserving.models.ModelDescriptor.Weights;
import org.resnetserving.serving.TestModels;

final class WeightStoreTest {
  @TempDir private Path folder;

  private WeightStore store;

  @BeforeEach
  void open() {
    store =
        new WeightStore(
            folder, DownloadSettings.defaults(), Timing.system(), "https://hub.example");
  }

  @Test
  void weights_thatAreNoFile_areRefusedUnread() {
    assertRefused(folder.resolve("none.pth"), "there is no file ");
    assertRefused(folder, "there is no regular file ");
    assertRefused(Path.of("/dev/zero"), "there is no regular file /dev/zero; put the weights");
  }

  @Test
  void weights_thatNoNetworkHas_areRefusedUnread() throws IOException {
    Path file = Files.createFile(folder.resolve("large.pth"));
    try (RandomAccessFile holes = new RandomAccessFile(file.toFile(), "rw")) {
      holes.setLength(Weights.MOST_BYTES + 1);
    }
    assertRefused(file, "large.pth has 17,179,869,185 bytes, at most 17,179,869,184 are read");
  }

  private void assertRefused(Path file, String reason) {
    Weights weights = new Weights(file, null, List.of());
    assertThatThrownBy(
            () ->
                store.find(
                    TestModels.model("net", folder.resolve("net.yml"), weights).descriptor(),
                    wrong -> {}))
        .hasMessageStartingWith(folder.resolve("net.yml") + ": ")
        .hasMessageContaining(reason);
  }
}
