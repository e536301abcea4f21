package org.resnetserving.keras;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.MemoryChannel;
import org.resnetserving.weights.WeightsException;

/**
 * Whatever the bytes, a file is read or refused with a {@link WeightsException}. To search for a
 * minute: {@code JAZZER_FUZZ=1 mvn test -Dtest=KerasFuzzTest}; without the variable only the seeds
 * and earlier finds run.
 */
class KerasFuzzTest {
  private static final Normalization INPUT =
      new Normalization(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f));

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "15s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    try (ImportedNetwork network = new KerasReader().read(MemoryChannel.source(file), INPUT)) {
      network.graph().layers().forEach(layer -> layer.weights().forEach(weight -> weight.read()));
    } catch (WeightsException e) {
      // refused
    }
  }

  static Stream<byte[]> seeds() throws IOException {
    Path folder = Path.of("src/test/resources/keras");
    return Stream.of(
        Files.readAllBytes(folder.resolve("keras3.h5")),
        Files.readAllBytes(folder.resolve("keras2.keras")),
        Files.readAllBytes(folder.resolve("keras3.weights.h5")));
  }
}
