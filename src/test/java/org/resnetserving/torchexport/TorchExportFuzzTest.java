package org.resnetserving.torchexport;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.weights.MemoryChannel;
import org.resnetserving.weights.WeightsException;

/**
 * Whatever the bytes, a file is read or refused with a {@link WeightsException}. To search for a
 * minute: {@code JAZZER_FUZZ=1 mvn test -Dtest=TorchExportFuzzTest}; without the variable only the
 * seeds and earlier finds run.
 */
class TorchExportFuzzTest {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "15s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    try (ImportedNetwork network =
        new TorchExportReader().read(MemoryChannel.source(file), Normalization.IMAGENET)) {
      network.graph().layers().forEach(layer -> layer.weights().forEach(weight -> weight.read()));
    } catch (WeightsException e) {
      // refused
    }
  }

  static Stream<byte[]> seeds() throws IOException {
    Path folder = Path.of("src/test/resources/torchexport");
    return Stream.of(
        Files.readAllBytes(folder.resolve("tiny.pt2")),
        Files.readAllBytes(folder.resolve("tiny-core.pt2")),
        Files.readAllBytes(folder.resolve("tiny-2.5.pt2")));
  }
}
