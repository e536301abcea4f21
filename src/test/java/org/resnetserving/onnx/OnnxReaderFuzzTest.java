package org.resnetserving.onnx;

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
import org.resnetserving.weights.WeightsException;

/**
 * Whatever the bytes, a file is told, and read or refused with a {@link WeightsException}. To
 * search: {@code JAZZER_FUZZ=1 mvn test -Dtest=OnnxReaderFuzzTest}; without the variable only the
 * seeds and earlier finds run.
 */
class OnnxReaderFuzzTest {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "8s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    FileBytes bytes = MemoryChannel.source(file);
    new OnnxReader().matches(Path.of("test.bin"), bytes.start(4096));
    try (ImportedNetwork network = new OnnxReader().read(bytes, Normalization.IMAGENET)) {
      for (Layer layer : network.graph().layers()) {
        layer.weights().forEach(Weight::read);
      }
    } catch (WeightsException e) {
      // refused
    }
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
        new OnnxWriter()
            .input("x", 1, 3, 8, 8)
            .floats("k", new float[12], 4, 3, 1, 1)
            .sizes("to", 0, -1)
            .node("Conv", List.of("x", "k"), "y")
            .node("Pad", List.of("y"), "pad", OnnxWriter.integers("pads", 0, 0, 1, 1, 0, 0, 1, 1))
            .node("GlobalAveragePool", List.of("pad"), "p")
            .node("Reshape", List.of("p", "to"), "f")
            .node("Softmax", List.of("f"), "z")
            .output("z")
            .file());
  }
}
