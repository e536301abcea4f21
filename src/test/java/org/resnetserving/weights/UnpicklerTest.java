package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnpicklerTest {

  @Test
  void values_ofEveryKind_areMade() {
    PickleWriter pickle = new PickleWriter().mark();
    pickle.string("é").raw('U', 2, 'o', 'k').number(-5).number(-1L << 40).raw('K', 200);
    pickle.raw('M', 0x34, 0x12).raw('G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0).raw(0x88, 0x89, 'N');
    pickle.raw(0x8a, 0).raw(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    pickle.raw(')').raw('K', 1, 0x85).raw('K', 1, 'K', 2, 0x86).raw('K', 1, 'K', 2, 'K', 3, 0x87);
    pickle.emptyList().raw('K', 1, 'a').mark().raw('K', 2, 'e');

    assertThat(load(pickle.tuple()))
        .isEqualTo(
            List.of(
                "é",
                "ok",
                -5L,
                -1L << 40,
                200L,
                0x1234L,
                1.5,
                true,
                false,
                Unpickler.NONE,
                0L,
                BigInteger.ONE.shiftLeft(64),
                List.of(),
                List.of(1L),
                List.of(1L, 2L),
                List.of(1L, 2L, 3L),
                List.of(1L, 2L)));
  }

  @Test
  void dicts_inEveryWayTheyAreWritten_areMade() {
    PickleWriter pickle = new PickleWriter().orderedDict().put(0).string("a").number(1).setItem();
    pickle.mark().string("b").number(2).number(3).raw('N').setItems();
    pickle.emptyDict().string("_metadata").get(0).setItem().raw('b');

    assertThat(load(pickle)).isEqualTo(Map.of("a", 1L, "b", 2L, 3L, Unpickler.NONE));
  }

  @Test
  void orderedDict_asPython2WritesIt_isMade() {
    PickleWriter pickle = new PickleWriter().global("collections", "OrderedDict");
    pickle.emptyList().emptyList().mark().raw('U', 1, 'a').number(1).raw('e').raw('a');

    assertThat(load(pickle.raw(0x85).reduce())).isEqualTo(Map.of("a", 1L));
  }

  @Test
  void size_isATuple() {
    PickleWriter pickle = new PickleWriter().global("torch", "Size").numbers(2, 3).raw(0x85);

    assertThat(load(pickle.reduce())).isEqualTo(List.of(2L, 3L));
  }

  @ParameterizedTest
  @CsvSource({
    "os, system, os.system",
    "__builtin__, eval, __builtin__.eval",
    "builtins, getattr, builtins.getattr",
    "torch, load, torch.load",
    "torchvision.models.resnet, ResNet, torchvision.models.resnet.ResNet",
    "collections, OrderedDict.clear, collections.OrderedDict.clear",
    "torch FloatStorage, '', torch FloatStorage."
  })
  void global_thatIsNotAllowed_isRefusedByName(String module, String name, String shown) {
    assertRefused(new PickleWriter().global(module, name), "wants to run " + shown);
  }

  @Test
  void global_withControlCharacters_isShownWithoutThem() {
    assertRefused(new PickleWriter().global("\u001b[2Jos", "system\r"), "run ?[2Jos.system?");
  }

  @ParameterizedTest
  @CsvSource({
    "'0x81', newobj",
    "'0x30', pop",
    "'0x32', dup",
    "'0x69', inst",
    "'0x6f', obj",
    "'0x93', stack",
    "'0x8b', long4",
    "'0x82', ext1",
    "'0x8e', bytes8",
    "'0x95', frame",
    "'0x00', nothing"
  })
  void instruction_thatStateDictsDoNotNeed_isRefused(String code, String name) {
    PickleWriter pickle = new PickleWriter().raw(')').raw(Integer.decode(code));

    assertRefused(pickle, "has the pickle instruction " + code + " at byte 3");
  }

  @Test
  void protocol_otherThanTwo_isRefused() {
    byte[] pickle = new PickleWriter().raw('N').stop();
    pickle[1] = 4;

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> load(pickle))
        .withMessageContaining("not of protocol 2");
  }

  @Test
  void containers_thatHoldThemselves_areHarmless() {
    PickleWriter list = new PickleWriter().emptyList().put(0).get(0).raw('a');
    PickleWriter dict = new PickleWriter().emptyDict().put(0).string("a").get(0).setItem();

    assertThat(((List<?>) load(list)).size()).isOne();
    assertThat(((Map<?, ?>) load(dict)).size()).isOne();
  }

  @Test
  void containers_nestedVeryDeep_areHarmless() {
    PickleWriter pickle = new PickleWriter();
    for (int i = 0; i < PickleStack.MAX_VALUES - 1; i++) {
      pickle.emptyList();
    }
    for (int i = 0; i < PickleStack.MAX_VALUES - 2; i++) {
      pickle.raw('a');
    }

    assertThat((List<?>) load(pickle)).hasSize(1);
  }

  @Test
  void containers_asKeys_areRefused() {
    PickleWriter pickle = new PickleWriter().emptyDict().emptyList().raw('N').setItem();

    assertRefused(pickle, "neither a string nor a number");
  }

  @Test
  void key_thatComesTwice_isRefused() {
    PickleWriter pickle = new PickleWriter().emptyDict();
    pickle.string("a").raw('N').setItem().string("a").raw('N').setItem();

    assertRefused(pickle, "has the key a twice");
  }

  @Test
  void values_thatAreNotThere_areRefused() {
    assertRefused(new PickleWriter(), "not made");
    assertRefused(new PickleWriter().raw('a'), "not made");
    assertRefused(new PickleWriter().raw(0x87), "not made");
    assertRefused(new PickleWriter().tuple(), "not begun");
    assertRefused(new PickleWriter().emptyList().mark().raw('N', 'a'), "not made");
    assertRefused(new PickleWriter().raw('N').mark().put(0), "not made");
    assertRefused(new PickleWriter().get(7), "recalls value 7");
    assertRefused(new PickleWriter().raw('N', 'N'), "left over");
    assertRefused(new PickleWriter().raw('N').mark(), "not made");
    assertRefused(new PickleWriter().mark().raw('N'), "left over");
    assertRefused(new PickleWriter().emptyDict().mark().raw('N').setItems(), "without a value");
  }

  @Test
  void values_ofTheWrongKind_areRefused() {
    assertRefused(new PickleWriter().raw('N', 'N', 'a'), "no list");
    assertRefused(new PickleWriter().raw(')', 'N', 'a'), "no list");
    assertRefused(new PickleWriter().raw('N', 'N', 'N', 's'), "no dict");
    assertRefused(new PickleWriter().raw('N', 'N', 'b'), "no dict");
    assertRefused(new PickleWriter().raw('N', ')', 'R'), "no function");
    assertRefused(new PickleWriter().global("torch", "FloatStorage").raw(')', 'R'), "no function");
    assertRefused(new PickleWriter().global("torch", "Size").raw('N', 'R'), "a tuple belongs");
    assertRefused(new PickleWriter().global("torch", "Size").raw(')', 'R'), "too few");
    assertRefused(new PickleWriter().raw('N', 'Q'), "a tuple belongs");
    assertRefused(new PickleWriter().raw(')', 'Q'), "no tensor's storage");
    assertRefused(
        new PickleWriter().global("torch._utils", "_rebuild_parameter").raw('N', 0x85, 'R'),
        "without a tensor");
    assertRefused(
        new PickleWriter().global("torch._utils", "_rebuild_tensor_v2").raw('N', 0x85, 'R'),
        "without a storage");
  }

  @Test
  void storage_describedInTwoWays_isRefused() {
    PickleWriter pickle = new PickleWriter().mark();
    pickle.storage("FloatStorage", "0", 4).storage("FloatStorage", "0", 5);

    assertRefused(pickle.tuple(), "storage 0 in two ways");
  }

  @Test
  void storage_ofNegativeLength_isRefused() {
    assertRefused(new PickleWriter().storage("FloatStorage", "0", -1), "storage of -1");
  }

  @Test
  void stack_overTheBound_isRefused() {
    byte[] pickle = new byte[PickleStack.MAX_VALUES + 10];
    Arrays.fill(pickle, (byte) '}');
    pickle[0] = (byte) 0x80;
    pickle[1] = 2;

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> load(pickle))
        .withMessageContaining("values at once");
  }

  @Test
  void instructions_overTheBound_areRefused() {
    PickleWriter pickle = new PickleWriter().emptyList();
    for (int i = 0; i < Unpickler.MAX_INSTRUCTIONS; i++) {
      pickle.raw('N', 'a');
    }

    assertRefused(pickle, "more than 524288 instructions");
  }

  @Test
  void marks_overTheBound_areRefused() {
    PickleWriter pickle = new PickleWriter();
    for (int i = 0; i <= PickleStack.MAX_MARKS; i++) {
      pickle.mark();
    }

    assertRefused(pickle, "nests more than 64 deep");
  }

  @Test
  void memo_overTheBound_isRefused() {
    PickleWriter pickle = new PickleWriter().raw('N');
    for (int i = 0; i <= PickleStack.MAX_MEMO; i++) {
      pickle.raw('r', i & 0xff, i >> 8 & 0xff, i >> 16, 0);
    }

    assertRefused(pickle, "remembers more than");
  }

  @Test
  void dictOfALongList_madeOverAndOver_isRefused() {
    PickleWriter pickle = new PickleWriter().emptyList().put(0);
    for (int i = 0; i < 1000; i++) {
      pickle.number(i).raw('N', 0x86, 'a');
    }
    for (int i = 0; i < 1000; i++) {
      pickle.global("collections", "OrderedDict").get(0).raw(0x85).reduce();
    }

    assertRefused(pickle, "copies more than 524288 items");
  }

  @Test
  void string_overTheBound_isRefusedWithoutReadingIt() {
    assertRefused(new PickleWriter().raw('X', 0xff, 0xff, 0xff, 0xff), "of 4294967295 bytes");
    assertRefused(new PickleWriter().raw('X', 0, 0, 1, 0), "truncated");
    assertRefused(new PickleWriter().raw('X', 1, 0, 1, 0), "of 65537 bytes");
  }

  @Test
  void string_thatIsNotUtf8_isRefused() {
    assertRefused(new PickleWriter().raw('X', 1, 0, 0, 0, 0xff), "not UTF-8");
  }

  @Test
  void nameOfAClass_overTheBound_isRefused() {
    assertRefused(new PickleWriter().global("x".repeat(1000), "y"), "more than 256 characters");
  }

  private static void assertRefused(PickleWriter pickle, String reason) {
    byte[] bytes = pickle.stop();
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> load(bytes))
        .withMessageStartingWith("test.bin: ")
        .withMessageContaining(reason);
  }

  private static Object load(PickleWriter pickle) {
    return load(pickle.stop());
  }

  private static Object load(byte[] pickle) {
    FileBytes source = MemoryChannel.source(pickle);
    return new Unpickler(source, new ByteCursor(source, 0, pickle.length), new HashMap<>()).load();
  }
}
