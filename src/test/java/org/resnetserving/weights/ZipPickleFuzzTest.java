package org.resnetserving.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, a file is read or refused with a {@link WeightsException}. To search for two
 * minutes: {@code JAZZER_FUZZ=1 mvn test -Dtest=ZipPickleFuzzTest#file_ofAnyBytes_isReadOrRefused},
 * or with the other method; without the variable only the seeds and earlier finds run.
 */
class ZipPickleFuzzTest {

  @MethodSource("files")
  @FuzzTest(maxDuration = "30s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    read(file);
  }

  @MethodSource("pickles")
  @FuzzTest(maxDuration = "30s")
  void pickle_ofAnyBytes_isReadOrRefused(byte[] pickle) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("data.pkl", pickle);
    entries.put("data/0", new byte[16]);
    read(WeightFileWriter.zip(entries));
  }

  private static void read(byte[] file) {
    FileBytes source = MemoryChannel.source(file);
    try (StateDict dict =
        FileStateDict.of(source, PickleZip.read(source, ZipDirectory.read(source), null))) {
      StateDicts.readAll(dict);
    } catch (WeightsException e) {
      // refused
    }
  }

  static Stream<byte[]> files() {
    return Stream.of(new WeightFileWriter().tensor("w", new int[] {1, 2}, 1, 2).zip());
  }

  static Stream<byte[]> pickles() {
    PickleWriter plain = new PickleWriter().orderedDict().mark().string("w");
    plain.floats("0", 4, 0, new long[] {2, 2}, new long[] {1, 2}).setItems();
    PickleWriter nested = new PickleWriter().emptyDict().put(0).string("state_dict").emptyDict();
    nested.string("module.w").global("torch._utils", "_rebuild_parameter").mark();
    nested.floats("0", 4, 1, new long[] {3, 4}, new long[] {1, 0}).raw(0x88).orderedDict();
    nested.tuple().reduce().setItem().setItem().string("epoch").raw('K', 9).setItem();
    return Stream.of(plain.stop(), nested.stop());
  }
}
