package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final FileBytes SOURCE = MemoryChannel.source(new byte[0]);

  @Test
  void network_isPreferredToItsAveragesAndTeachers() {
    Map<String, Object> dict = new LinkedHashMap<>();
    dict.put("student", network("student"));
    dict.put("teacher", network("teacher"));
    dict.put("model_ema", network("average"));
    assertThat(choose(dict)).containsKey("average.weight");

    dict.remove("model_ema");
    assertThat(choose(dict)).containsKey("teacher.weight");

    dict.put("model", network("own"));
    assertThat(choose(dict)).containsKey("own.weight");
  }

  @Test
  void dictOfAnyName_isFound_butNoOptimizers() {
    assertThat(
            choose(
                Map.of(
                    "mine", Map.of("inner", network("own")),
                    "best", scalar(),
                    "optimizer", network("moment"))))
        .containsOnlyKeys("own.weight");
    refused(Map.of("optimizer", network("moment")), null, "holds no tensors");
    refused(Map.of("a", network("a"), "b", network("b")), null, "several state dicts");
  }

  @Test
  void dictOfScalars_isPassedOverForANetwork() {
    Map<String, Object> dict = Map.of("params", Map.of("lr", scalar()), "net", network("own"));

    assertThat(choose(dict)).containsOnlyKeys("own.weight");
  }

  @Test
  void entry_isAWayOfNames() {
    Map<String, Object> dict = Map.of("a.b", Map.of("c", network("own")), "a", Map.of());

    assertThat(new Checkpoint(SOURCE, "a.b.c").choose(dict).values()).containsKey("own.weight");
    assertThat(new Checkpoint(SOURCE, "a.b").choose(dict).values()).containsKey("own.weight");
    assertThat(new Checkpoint(SOURCE, "a.b.c.own").choose(dict).prefix()).isEqualTo("own");
    refused(dict, "a.x", "has no entry x; there is []");
    refused(dict, "", "has no entry");
  }

  /** RATIONALE says: four dicts around it. */
  @Test
  void stateDict_insideFourDicts_isFound_andInsideFiveIsNot() {
    Object inside = network("own");
    for (int depth = 0; depth < 4; depth++) {
      inside = Map.of("model", inside);
    }

    assertThat(choose(inside)).containsOnlyKeys("own.weight");
    refused(Map.of("model", inside), null, "holds no tensors");
    assertThat(new Checkpoint(SOURCE, "model").choose(Map.of("model", inside)).values())
        .containsKey("own.weight");
  }

  @Test
  void valuesThatHoldOneAnother_areLookedAtBoundedly() {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      list.add(list);
    }
    refused(list, null, "has no state dict among 1048576 values");

    Map<String, Object> wide = new LinkedHashMap<>();
    for (int i = 0; i < 2000; i++) {
      wide.put("k" + i, wide);
    }
    refused(wide, null, "has no state dict among 1048576 values");
  }

  @Test
  void modules_insideOneAnotherOverTheBounds_areRefused() {
    PickledObject circle = module(Map.of());
    circle.setState(Map.of("_modules", Map.of("a", circle)));
    refused(circle, null, "nested more than 64 deep");

    PickledObject doubled = module(Map.of());
    for (int i = 0; i < 40; i++) {
      doubled = module(Map.of("a", doubled, "b", doubled));
    }
    refused(doubled, null, "a module of more than 65536 parts");
  }

  @Test
  void module_hasWhatItsStateDictWouldHave() {
    PickledObject part = new PickledObject("BatchNorm2d");
    part.setState(
        Map.of(
            "_modules", Map.of(),
            "_parameters", Map.of("weight", scalar(), "bias", Unpickler.NONE),
            "_buffers", Map.of("kept", scalar(), "unsaved", scalar()),
            "_non_persistent_buffers_set", List.of("unsaved")));

    assertThat(choose(module(Map.of("bn1", part)))).containsOnlyKeys("bn1.weight", "bn1.kept");
  }

  private static PickledObject module(Map<String, Object> parts) {
    PickledObject module = new PickledObject("Module");
    module.setState(List.of(Map.of("_modules", parts), Unpickler.NONE));
    return module;
  }

  private static Map<String, Object> network(String name) {
    return Map.of(name + ".weight", tensor(1L, 1L, 1L, 1L));
  }

  private static PickledTensor scalar() {
    return tensor();
  }

  private static PickledTensor tensor(Long... size) {
    PickledStorage storage = new PickledStorage("0", Dtype.F32, 1, 0, 1);
    return new PickledTensor(storage, Dtype.F32, 0, List.of(size), List.of(size));
  }

  private static Map<String, Object> choose(Object root) {
    return new Checkpoint(SOURCE, null).choose(root).values();
  }

  private static void refused(Object root, String entry, String reason) {
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> new Checkpoint(SOURCE, entry).choose(root))
        .withMessageContaining(reason);
  }
}
