package org.resnetserving.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, a file is read or refused with a {@link WeightsException}. To search for two
 * minutes: {@code JAZZER_FUZZ=1 mvn test -Dtest=SafetensorsFuzzTest}; without the variable only the
 * seeds and earlier finds run.
 */
class SafetensorsFuzzTest {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "8s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    FileBytes source = MemoryChannel.source(file);
    try (StateDict dict = FileStateDict.of(source, Contents.of(Safetensors.read(source), null))) {
      StateDicts.readAll(dict);
    } catch (WeightsException e) {
      // refused
    }
  }

  static Stream<byte[]> seeds() {
    WeightFileWriter writer = new WeightFileWriter().tensor("w", new int[] {1, 2}, 1, 2);
    String halves =
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[4,6]}}";
    return Stream.of(writer.safetensors(), WeightFileWriter.safetensors(halves, new byte[6]));
  }
}
