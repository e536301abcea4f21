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
  @FuzzTest(maxDuration = "8s")
  void file_ofAnyBytes_isReadOrRefused(byte[] file) {
    read(file);
  }

  @MethodSource("pickles")
  @FuzzTest(maxDuration = "8s")
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
    return Stream.of(plain.stop(), nested.stop(), module(), newer());
  }

  /** A whole module with a part, as {@code torch.save(model)} writes it. */
  private static byte[] module() {
    PickleWriter module = new PickleWriter().global("my", "Net").raw(')', 0x81).emptyDict().mark();
    module.string("_parameters").emptyDict().string("_buffers").emptyDict().string("_modules");
    module.emptyDict().string("fc").global("torch.nn.modules.linear", "Linear").raw(')', 0x81);
    module.emptyDict().mark().string("_modules").emptyDict().string("_parameters").emptyDict();
    module.string("weight").floats("0", 4, 0, new long[] {2, 2}, new long[] {2, 1}).setItem();
    module.string("_non_persistent_buffers_set").global("__builtin__", "set").emptyList();
    module.raw(0x85).reduce().setItems().raw('b').setItem().setItems().raw('b');
    return module.stop();
  }

  /** The instructions of newer and older protocols, and opaque objects by each of them. */
  private static byte[] newer() {
    PickleWriter pickle = new PickleWriter().emptyDict().mark().raw(0x8c, 1, 'a', 0x94);
    pickle.raw(0x8c, 1, 'm').raw(0x8c, 1, 'C', 0x93).raw(')', '}', 0x92).string("b").mark();
    pickle.global("m", "D").raw('K', 1, 'o').string("c").mark().raw('i', 'm', 10, 'E', 10);
    pickle.string("d").raw('C', 1, 7).string("e").raw(0x8f, '(', 'K', 1, 0x90).string("f");
    pickle.raw(0x95, 0, 0, 0, 0, 0, 0, 0, 0).raw('(', 'K', 2, 0x91).string("w");
    pickle.floats("0", 4, 0, new long[] {2}, new long[] {1}).setItems();
    byte[] bytes = pickle.stop();
    bytes[1] = 5;
    return bytes;
  }
}
