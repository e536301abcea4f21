package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNamesTest {

  @Test
  void names_mostAlike_areTheNearestThree() {
    List<String> names = List.of("conv1.weight", "bn1.bias", "fc.1.bias", "fc.1.weight", "fc.2.w");

    assertThat(NearestNames.of("fc.weight", names))
        .isEqualTo("the nearest are fc.1.weight, conv1.weight, fc.1.bias");
    assertThat(NearestNames.of("fc.weight", List.of("fc.1.weight")))
        .isEqualTo("there is fc.1.weight");
    assertThat(NearestNames.of("fc.weight", List.of())).isEqualTo("there is no other");
  }

  @Test
  void prefix_ofAll_isSaid() {
    List<String> names = List.of("x.y.fc.weight", "x.y.conv1.weight", "x.yz.bias");

    assertThat(NearestNames.of("fc.weight", names)).isEqualTo("all 3 names begin with 'x.'");
    assertThat(NearestNames.commonPrefix(names.subList(0, 2))).isEqualTo("x.y.");
    assertThat(NearestNames.commonPrefix(List.of("a.b", "b.c"))).isEmpty();
    assertThat(NearestNames.commonPrefix(List.of("a", "a.b"))).isEmpty();
    assertThat(NearestNames.commonPrefix(List.of("a.b"))).isEmpty();
  }

  @Test
  void distance_isLevenshteins() {
    assertThat(NearestNames.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(NearestNames.distance("", "abc")).isEqualTo(3);
    assertThat(NearestNames.distance("a", "a")).isZero();
    assertThat(NearestNames.distance("a".repeat(10_000), "b".repeat(10_000))).isEqualTo(128);
  }

  @Test
  void namesOfAnyNumberAndLength_areComparedInBoundedTime() {
    List<String> names = Collections.nCopies(65_536, "a".repeat(60_000));

    assertThat(NearestNames.of("fc.weight", names)).startsWith("the nearest are aaa");
  }
}
