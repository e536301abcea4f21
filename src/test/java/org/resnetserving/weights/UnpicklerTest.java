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
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Nothing is looked up and nothing is run: what such names make is opaque. */
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
  void global_thatIsNotKnown_isOpaque(String module, String name, String shown) {
    PickleWriter call = new PickleWriter().global(module, name).string("rm -rf /").raw(0x85);

    assertThat(load(new PickleWriter().global(module, name))).isEqualTo(new PickledName(shown));
    assertThat(load(call.reduce())).isInstanceOf(PickledObject.class).hasToString(shown);
  }

  @ParameterizedTest
  @CsvSource({"'0x00', nothing", "'0x50', persid", "'0x99', none", "'0xff', none"})
  void instruction_thatStateDictsDoNotNeed_isRefused(String code, String name) {
    PickleWriter pickle = new PickleWriter().raw(')').raw(Integer.decode(code));

    assertRefused(pickle, "has the pickle instruction " + code + " at byte 3");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 255})
  void protocol_otherThanTwoToFive_isRefused(int protocol) {
    byte[] pickle = new PickleWriter().raw('N').stop();
    pickle[1] = (byte) protocol;

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> load(pickle))
        .withMessageContaining("not of protocol 2 to 5");
  }

  /** Objects by every instruction that makes one: each keeps what the pickle sets, and no more. */
  @Test
  void objects_ofAnyClass_areOpaque() {
    PickleWriter state = new PickleWriter().global("a", "B").raw(')', 0x81).emptyDict();
    state.string("_modules").emptyDict().setItem().raw('b');
    PickledObject built = (PickledObject) load(state);
    PickleWriter items = new PickleWriter().global("a", "D").raw(')').reduce().string("k");
    PickledObject dict = (PickledObject) load(items.number(1).setItem().raw('N', 'a'));

    assertThat(built.isModule()).isTrue();
    assertThat(dict.contents()).isEqualTo(Map.of("k", 1L));
    assertOpaque(new PickleWriter().global("a", "B").raw(')', '}', 0x92), "a.B");
    assertOpaque(new PickleWriter().mark().global("a", "B").number(1).raw('o'), "a.B");
    assertOpaque(new PickleWriter().mark().number(1).raw('i', 'a', 10, 'B', 10), "a.B");
    assertOpaque(
        new PickleWriter().string("a").string("B").raw(0x93, ')').reduce().raw(')').reduce(),
        "a.B");
    assertOpaque(new PickleWriter().raw(0x82, 7, ')').reduce(), "extension 7");
    assertOpaque(
        new PickleWriter().global("torch._utils", "_rebuild_qtensor").raw(')').reduce(),
        "torch._utils._rebuild_qtensor");
  }

  @Test
  void values_ofNewerProtocols_areMade() {
    PickleWriter pickle = new PickleWriter().mark().raw(0x95, 1, 0, 0, 0, 0, 0, 0, 0);
    pickle.raw(0x8c, 2, 'o', 'k', 0x94, 'h', 0).raw(0x8f, '(', 'K', 1, 0x90);
    pickle.raw('(', 'K', 2, 0x91).raw(0x8b, 1, 0, 0, 0, 5).raw('(', 'K', 3, 'l');
    pickle.raw('(').string("a").raw('K', 4, 'd').raw('N', '0', 'K', 9, '2');
    pickle.raw('(', 'N', '1', '(', '0').raw('I', '0', '1', 10, 'L', '7', 'L', 10);
    pickle.raw('S', '\'', 'x', '\'', 10, 'p', '5', 10, 'g', '5', 10);

    assertThat(load(pickle.tuple()))
        .isEqualTo(
            List.of(
                "ok",
                "ok",
                List.of(1L),
                List.of(2L),
                5L,
                List.of(3L),
                Map.of("a", 4L),
                9L,
                9L,
                true,
                7L,
                "x",
                "x"));
  }

  @Test
  void bytesAndLongStrings_areSkipped() {
    PickleWriter pickle = new PickleWriter().mark().raw('C', 2, 0xff, 0xfe);
    pickle.raw('B', 1, 0, 0, 0, 7).raw(0x96, 1, 0, 0, 0, 0, 0, 0, 0, 7);
    pickle.string("x".repeat(100_000)).raw('K', 1);

    List<?> values = (List<?>) load(pickle.tuple());

    assertThat(values.subList(0, 4)).allMatch(value -> value instanceof PickledObject);
    assertThat(values.get(4)).isEqualTo(1L);
  }

  @Test
  void string_withALoneSurrogate_isReadAsQuestionMarks() {
    assertThat(load(new PickleWriter().raw('X', 4, 0, 0, 0, 'a', 0xed, 0xb2, 0x80)))
        .isEqualTo("a???");
  }

  @Test
  void tensors_ofTheirOwnKind_areOpaque() {
    PickleWriter conjugated = new PickleWriter().global("torch._utils", "_rebuild_tensor_v2");
    conjugated.mark().storage("FloatStorage", "0", 1).number(0).numbers(1).numbers(1).raw(0x89);
    conjugated.orderedDict().emptyDict().string("conj").raw(0x88).setItem().tuple().reduce();
    PickleWriter parameter = new PickleWriter().global("torch._utils", "_rebuild_parameter");
    parameter.global("torch._utils", "_rebuild_sparse_tensor").raw(')').reduce().raw(0x85);

    assertOpaque(conjugated, "tensor that is conjugated or negated on reading");
    assertOpaque(parameter.reduce(), "torch._utils._rebuild_sparse_tensor");
  }

  @Test
  void tensor_ofASubclass_isATensor() {
    PickleWriter pickle = new PickleWriter().global("torch._tensor", "_rebuild_from_type_v2");
    pickle.mark().global("torch._utils", "_rebuild_tensor_v2").global("my", "Tensor").mark();
    pickle.storage("HalfStorage", "0", 1).number(0).numbers(1).numbers(1).raw(0x89).orderedDict();
    pickle.tuple().emptyDict().tuple().reduce().emptyDict().raw('b');

    assertThat(load(pickle))
        .isInstanceOfSatisfying(
            PickledTensor.class, tensor -> assertThat(tensor.dtype()).isEqualTo(Dtype.F16));
  }

  @Test
  void tensor_overPlainBytes_hasItsOwnType() {
    PickleWriter pickle = new PickleWriter().global("torch._utils", "_rebuild_tensor_v3").mark();
    pickle.mark().string("storage").global("torch.storage", "UntypedStorage").string("0");
    pickle.string("cpu").number(8).tuple().raw('Q').number(1).numbers(1).numbers(1).raw(0x89);
    pickle.orderedDict().global("torch", "float32").raw('N').tuple().reduce();

    PickledTensor tensor = (PickledTensor) load(pickle);

    FileBytes source = MemoryChannel.source(new byte[8]);
    assertThat(tensor.at(source, "w", 0).position()).isEqualTo(4);
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(
            () ->
                new PickledTensor(tensor.storage(), Dtype.F64, 2, List.of(1L), List.of(1L))
                    .at(source, "w", 0))
        .withMessageContaining("begins at element 2 of a storage of 1");
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
  void items_whoseKeysAreNoNames_areLeftOut() {
    PickleWriter pickle = new PickleWriter().emptyDict().emptyList().raw('N').setItem();
    pickle.raw(0x88, 'N', 's').raw(')', 'N', 's').string("a").number(1).setItem();

    assertThat(load(pickle)).isEqualTo(Map.of("a", 1L));
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

    assertRefused(pickle, "nests more than 1024 deep");
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
    assertRefused(new PickleWriter().raw('X', 0xff, 0xff, 0xff, 0xff), "4294967295 more bytes");
    assertRefused(new PickleWriter().raw('X', 0, 0, 1, 0), "truncated");
    assertRefused(
        new PickleWriter().raw(0x8d, 255, 255, 255, 255, 255, 255, 255, 255), "truncated");
  }

  @Test
  void string_thatIsNotUtf8_isRefused() {
    assertRefused(new PickleWriter().raw('X', 1, 0, 0, 0, 0xff), "not UTF-8");
  }

  @Test
  void nameOfAClass_overTheBound_isRefused() {
    assertRefused(
        new PickleWriter().global("x".repeat(1000), "y"), "name of more than 256 characters");
  }

  private static void assertOpaque(PickleWriter pickle, String name) {
    assertThat(load(pickle)).isInstanceOf(PickledObject.class).hasToString(name);
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
