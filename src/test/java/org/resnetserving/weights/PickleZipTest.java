package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.resnetserving.weights.WeightFileWriter.littleEndian;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickleZipTest {

  @Test
  void tensors_inDictOrder_haveShapesAndValues() {
    byte[] file =
        new WeightFileWriter()
            .tensor("b", new int[] {2, 3}, 1, 2, 3, 4, 5, 6)
            .tensor("a", new int[0], 7)
            .zip();

    try (StateDict dict = StateDicts.open(file)) {
      assertThat(dict.source()).isEqualTo("test.bin");
      assertThat(dict.names()).containsExactly("b", "a");
      assertThat(dict.shape("b")).containsExactly(2, 3);
      assertThat(dict.isFloatingPoint("b")).isTrue();
      assertThat(dict.read("b")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(dict.read("a")).containsExactly(7);
    }
  }

  @Test
  void parameters_areTensors() {
    PickleWriter pickle = new PickleWriter().emptyDict().string("w");
    pickle.global("torch._utils", "_rebuild_parameter").mark();
    pickle.floats("0", 2, 0, new long[] {2}, new long[] {1}).raw(0x88).orderedDict();

    assertThat(read(pickle.tuple().reduce().setItem(), 1, 2)).containsExactly(1, 2);
  }

  @Test
  void tensors_ofOneStorage_areItsParts() {
    PickleWriter pickle = new PickleWriter().emptyDict();
    pickle.string("v").floats("0", 6, 0, new long[] {2}, new long[] {1}).setItem();
    pickle.string("w").floats("0", 6, 2, new long[] {2, 2}, new long[] {1, 2}).setItem();

    assertThat(read(pickle, 0, 1, 2, 3, 4, 5)).containsExactly(2, 4, 3, 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"state_dict", "model_state_dict", "model", "net"})
  void stateDict_insideACheckpoint_isFound(String name) {
    PickleWriter pickle = new PickleWriter().emptyDict().string("epoch").number(90).setItem();
    pickle.string("best_acc1").floats("0", 2, 0, new long[0], new long[0]).setItem();
    pickle.string(name).orderedDict().string("module.w");
    pickle.floats("0", 2, 0, new long[] {2}, new long[] {1}).setItem();
    pickle.string("module.extra").raw('N').setItem().setItem();
    byte[] file = file(pickle.string("optimizer").emptyDict().setItem(), 1, 2);

    try (StateDict dict = StateDicts.open(file)) {
      assertThat(dict.names()).containsExactly("w");
      assertThat(dict.read("w")).containsExactly(1, 2);
    }
  }

  @Test
  void stateDicts_underTwoNames_areRefused() {
    PickleWriter pickle = new PickleWriter().emptyDict().emptyDict().string("w");
    pickle.floats("0", 1, 0, new long[0], new long[0]).setItem().put(0);
    byte[] bare = file(pickle.string("unused").raw('N').setItem(), 1);
    assertThatExceptionOfType(WeightsException.class).isThrownBy(() -> StateDicts.open(bare));

    PickleWriter two = new PickleWriter().emptyDict().string("model").emptyDict().string("w");
    two.floats("0", 1, 0, new long[0], new long[0]).setItem().put(0).setItem();

    assertRefused(two.string("net").get(0).setItem(), "several state dicts, [model, net]");
  }

  @Test
  void value_withoutTensors_isRefused() {
    assertRefused(new PickleWriter().emptyDict().string("a").number(1).setItem(), "no tensors");
    assertRefused(new PickleWriter().emptyList(), "no dict of tensors");
    assertRefused(
        new PickleWriter().floats("0", 1, 0, new long[0], new long[0]), "no dict of tensors");
  }

  @Test
  void unknownGlobal_isRefusedByName() {
    PickleWriter pickle = new PickleWriter().global("posix", "system");

    assertRefused(pickle.string("rm -rf /").raw(0x85).reduce(), "wants to run posix.system");
  }

  @Test
  void storage_thatDoesNotFit_isRefused() {
    assertRefused(tensor("0", 3, 0, new long[] {3}, new long[] {1}), "w: has a storage of 8 bytes");
    assertRefused(tensor("1", 2, 0, new long[] {2}, new long[] {1}), "data/1: is missing");
    assertRefused(tensor("../0", 2, 0, new long[] {2}, new long[] {1}), "is missing");
    assertRefused(tensor("0", 2, 1, new long[] {2}, new long[] {1}), "1 to 3 of a storage of 2");
    assertRefused(tensor("0", 2, 3, new long[] {0}, new long[] {1}), "begins at element 3");
    assertRefused(tensor("0", 2, -1, new long[] {1}, new long[] {1}), "begins at element -1");
    assertRefused(tensor("0", 2, 0, new long[] {2}, new long[] {-1}), "negative stride");
    assertRefused(tensor("0", 2, 0, new long[] {-2}, new long[] {1}), "dimension of size -2");
    assertRefused(tensor("0", 2, 0, new long[] {2}, new long[0]), "1 dimensions but 0 strides");
    assertRefused(
        tensor("0", 2, 0, new long[] {1L << 20, 1L << 20, 1L << 30}, new long[3]),
        "beyond 64 bits");
    assertRefused(
        tensor("0", 2, 0, new long[] {3, 3}, new long[] {1L << 62, 1L << 62}), "beyond 64 bits");
    assertRefused(tensor("0", 2, 0, new long[] {1 << 20, 2}, new long[2]), "into 2097152");
    assertRefused(tensor("0", 2, 0, new long[9], new long[9]), "of 9 dimensions");
  }

  @Test
  void bigEndian_isRefused() {
    byte[] file = new WeightFileWriter().tensor("w", new int[] {1}, 1).zip();
    byte[] big = replace(file, "little", "big\n\n\n");

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(big))
        .withMessageContaining("byte order big");
  }

  @Test
  void file_cutAnywhere_isRefused() {
    byte[] file = new WeightFileWriter().tensor("w", new int[] {3}, 1, 2, 3).zip();

    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatExceptionOfType(WeightsException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> StateDicts.openAndReadAll(cut));
    }
  }

  @Test
  void pickle_cutAnywhere_isRefused() {
    byte[] pickle = tensor("0", 2, 0, new long[] {2}, new long[] {1}).stop();

    for (int length = 0; length < pickle.length; length++) {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      entries.put("data.pkl", Arrays.copyOf(pickle, length));
      entries.put("data/0", littleEndian(1, 2));
      byte[] cut = WeightFileWriter.zip(entries);
      assertThatExceptionOfType(WeightsException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> StateDicts.open(cut));
    }
  }

  @Test
  void pickle_overTheBound_isRefusedWithoutReadingIt() {
    byte[] file = WeightFileWriter.zip(Map.of("data.pkl", new byte[Unpickler.MAX_BYTES + 1]));

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(file))
        .withMessageContaining("data.pkl: has 16777217 bytes; at most 16777216");
  }

  private static PickleWriter tensor(
      String key, long elements, long offset, long[] size, long[] stride) {
    return new PickleWriter()
        .emptyDict()
        .string("w")
        .floats(key, elements, offset, size, stride)
        .setItem();
  }

  private static void assertRefused(PickleWriter pickle, String reason) {
    byte[] file = file(pickle, 1, 2);
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(file))
        .withMessageStartingWith("test.bin: ")
        .withMessageContaining(reason);
  }

  private static float[] read(PickleWriter pickle, float... storage) {
    try (StateDict dict = StateDicts.open(file(pickle, storage))) {
      return dict.read("w");
    }
  }

  private static byte[] file(PickleWriter pickle, float... storage) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("data.pkl", pickle.stop());
    entries.put("data/0", littleEndian(storage));
    return WeightFileWriter.zip(entries);
  }

  private static byte[] replace(byte[] file, String text, String by) {
    String all = new String(file, StandardCharsets.ISO_8859_1);
    return all.replace(text, by).getBytes(StandardCharsets.ISO_8859_1);
  }
}
