package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LegacyPickleTest {

  @Test
  void tensors_inDictOrder_haveShapesAndValues() {
    byte[] file =
        new WeightFileWriter()
            .tensor("b", new int[] {2, 3}, 1, 2, 3, 4, 5, 6)
            .tensor("a", new int[0], 7)
            .legacy();

    try (StateDict dict = StateDicts.open(file)) {
      assertThat(dict.names()).containsExactly("b", "a");
      assertThat(dict.shape("b")).containsExactly(2, 3);
      assertThat(dict.read("b")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(dict.read("a")).containsExactly(7);
    }
  }

  @Test
  void bytes_behindTheLastStorage_areIgnored() {
    byte[] file = new WeightFileWriter().tensor("a", new int[] {1}, 7).legacy();

    try (StateDict dict = StateDicts.open(Arrays.copyOf(file, file.length + 100))) {
      assertThat(dict.read("a")).containsExactly(7);
    }
  }

  @Test
  void tensor_ofAViewOfAStorage_isReadFromThere() {
    PickleWriter pickle = view(6, 2, 3, 1, 2);

    try (StateDict dict = StateDicts.open(file(pickle, 0, 1, 2, 3, 4, 5))) {
      assertThat(dict.read("w")).containsExactly(3, 4);
    }
  }

  @Test
  void tensor_asPyTorch03WroteIt_isRead() {
    PickleWriter pickle = new PickleWriter().emptyDict().string("w");
    pickle.global("torch._utils", "_rebuild_tensor").mark().storage("FloatStorage", "0", 2);
    pickle.number(0).numbers(2).numbers(1).tuple().reduce().setItem();

    try (StateDict dict = StateDicts.open(file(pickle, 8, 9))) {
      assertThat(dict.read("w")).containsExactly(8, 9);
    }
  }

  @Test
  void view_thatReachesOutOfItsStorage_isRefused() {
    assertRefused(view(2, 1, 2, 0, 1), "a view of a storage that reaches out");
    assertRefused(view(2, 3, 0, 0, 0), "a view of a storage that reaches out");
    assertRefused(view(2, -1, 1, 0, 1), "a view of a storage that reaches out");
    assertRefused(view(2, 1, Long.MAX_VALUE, 0, 1), "a view of a storage that reaches out");
    assertRefused(view(2, 0, 1, 0, 2), "reaches elements 0 to 2 of a storage of 1");
    assertRefused(view(2, 0, 1, 1, 1), "reaches elements 1 to 2 of a storage of 1");
  }

  @Test
  void storages_thatAreNotAsDescribed_areRefused() {
    assertRefused(tensor("0", 3), "has a storage of 2 elements where 3 were expected");
    assertRefused(tensor("1", 2), "lists a storage that no tensor uses, 0");

    PickleWriter two = new PickleWriter().emptyDict().string("v");
    two.floats("0", 2, 0, new long[] {2}, new long[] {1}).setItem().string("w");
    assertRefused(
        two.floats("1", 2, 0, new long[] {2}, new long[] {1}).setItem(),
        "w: has a storage that is");
  }

  @Test
  void storage_listedTwice_isRefused() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(WeightFileWriter.legacyStart());
    out.writeBytes(tensor("0", 1).stop());
    out.writeBytes(new PickleWriter().emptyList().mark().string("0").string("0").raw('e').stop());
    out.writeBytes(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(out.toByteArray()))
        .withMessageContaining("lists a storage twice");
  }

  @Test
  void storage_longerThanTheFile_isRefused() {
    byte[] file = file(tensor("0", 1L << 61), 1, 2);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(file.length - 16, 1L << 61);

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(file))
        .withMessageContaining("8 bytes are left: truncated?");
  }

  @Test
  void unknownGlobal_isRefusedByName() {
    assertRefused(
        new PickleWriter().global("builtins", "exec").string("1").raw(0x85).reduce(),
        "wants to run builtins.exec");
  }

  @Test
  void bigEndian_isRefused() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] start = WeightFileWriter.legacyStart();
    start[start.length - 3] = (byte) 0x89;
    out.writeBytes(start);
    out.writeBytes(tensor("0", 1).stop());

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(out.toByteArray()))
        .withMessageContaining("not written on a little-endian machine");
  }

  @Test
  void file_cutAnywhere_isRefused() {
    byte[] file = new WeightFileWriter().tensor("w", new int[] {3}, 1, 2, 3).legacy();

    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatExceptionOfType(WeightsException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> StateDicts.openAndReadAll(cut));
    }
  }

  private static PickleWriter tensor(String key, long elements) {
    PickleWriter pickle = new PickleWriter().emptyDict().string("w");
    return pickle.floats(key, elements, 0, new long[] {1}, new long[] {1}).setItem();
  }

  /** A tensor {@code w} of some length at an offset of a view of storage 0. */
  private static PickleWriter view(
      long elements, long begin, long viewElements, long offset, long length) {
    PickleWriter pickle = new PickleWriter().emptyDict().string("w");
    Runnable view = () -> pickle.mark().string("9").number(begin).number(viewElements).tuple();
    Runnable storage = () -> pickle.storage("FloatStorage", "0", elements, view);
    return pickle.tensor(storage, offset, new long[] {length}, new long[] {1}).setItem();
  }

  private static void assertRefused(PickleWriter pickle, String reason) {
    byte[] file = file(pickle, 1, 2);
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(file))
        .withMessageStartingWith("test.bin: ")
        .withMessageContaining(reason);
  }

  private static byte[] file(PickleWriter pickle, float... storage) {
    return WeightFileWriter.legacy(pickle.stop(), new LinkedHashMap<>(Map.of("0", storage)));
  }
}
