package org.resnetserving.torch7;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Weight;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.MemoryChannel;
import org.resnetserving.weights.WeightsException;

/**
 * Whatever the bytes, a file is told, and read or refused with a {@link WeightsException}. To
 * search: {@code JAZZER_FUZZ=1 mvn test -Dtest=Torch7ReaderFuzzTest}; without the variable only the
 * seeds and earlier finds run.
 */
class Torch7ReaderFuzzTest {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "8s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    FileBytes bytes = MemoryChannel.source(file);
    new Torch7Reader().matches(Path.of("test.bin"), bytes.start(4096));
    try (ImportedNetwork network = new Torch7Reader().read(bytes, Normalization.IMAGENET)) {
      for (Layer layer : network.graph().layers()) {
        layer.weights().forEach(Weight::read);
      }
    } catch (WeightsException e) {
      // refused
    }
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
        TorchWriter.file(
            TorchWriter.module(
                "nn.Sequential",
                TorchWriter.object("nn.SpatialAveragePooling", "kW", 7, "kH", 7, "dW", 1, "dH", 1),
                TorchWriter.object("nn.View", "size", TorchWriter.sizes(-1)),
                TorchWriter.object(
                    "nn.Linear", "weight", TorchWriter.tensor(new float[6], 2, 3)))));
  }
}
