package org.resnetserving.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, a file is read or refused with a {@link WeightsException}. To search for two
 * minutes: {@code JAZZER_FUZZ=1 mvn test -Dtest=LegacyPickleFuzzTest}; without the variable only
 * the seeds and earlier finds run.
 */
class LegacyPickleFuzzTest {

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "8s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    FileBytes source = MemoryChannel.source(file);
    try (StateDict dict = FileStateDict.of(source, LegacyPickle.read(source, null))) {
      StateDicts.readAll(dict);
    } catch (WeightsException e) {
      // refused
    }
  }

  static Stream<byte[]> seeds() {
    PickleWriter pickle = new PickleWriter().emptyDict().string("w");
    Runnable view = () -> pickle.mark().string("9").number(1).number(3).tuple();
    Runnable storage = () -> pickle.storage("FloatStorage", "0", 4, view);
    pickle.tensor(storage, 1, new long[] {2}, new long[] {1}).setItem();
    Map<String, float[]> storages = new LinkedHashMap<>();
    storages.put("0", new float[] {1, 2, 3, 4});
    return Stream.of(
        new WeightFileWriter().tensor("w", new int[] {1, 2}, 1, 2).legacy(),
        WeightFileWriter.legacy(pickle.stop(), storages));
  }
}
