package org.resnetserving.caffe;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Weight;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.MemoryChannel;
import org.resnetserving.weights.ProtobufWriter;
import org.resnetserving.weights.WeightsException;

/**
 * Whatever the bytes, a file is told, and read or refused with a {@link WeightsException}. To
 * search: {@code JAZZER_FUZZ=1 mvn test -Dtest=CaffeReaderFuzzTest}; without the variable only the
 * seeds and earlier finds run.
 */
class CaffeReaderFuzzTest {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "8s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    FileBytes bytes = MemoryChannel.source(file);
    new CaffeReader().matches(Path.of("test.bin"), bytes.start(4096));
    try (ImportedNetwork network = new CaffeReader().read(bytes, Normalization.IMAGENET)) {
      for (Layer layer : network.graph().layers()) {
        layer.weights().forEach(Weight::read);
      }
    } catch (WeightsException e) {
      // refused
    }
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
        CaffeWriter.file(
            8,
            CaffeWriter.layer("conv", "Convolution", List.of("data"), "conv")
                .message(7, CaffeWriter.blob(new float[12], 4, 3, 1, 1))
                .message(106, new ProtobufWriter().integer(2, 0).integer(4, 1)),
            CaffeWriter.layer("pool", "Pooling", List.of("conv"), "pool")
                .message(121, new ProtobufWriter().integer(1, 1).integer(2, 8)),
            CaffeWriter.layer("prob", "Softmax", List.of("pool"), "prob")));
  }
}
