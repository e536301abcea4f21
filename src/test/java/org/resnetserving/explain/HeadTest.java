package org.resnetserving.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Linear;
import org.resnetserving.network.Weight;

final class HeadTest {
  @Test
  void head_hasARowAndABiasForEachClass() {
    Head head =
        Head.of(
                graph(
                    new Weight("fc", new int[] {2, 3}, () -> new float[] {1, 2, 3, 4, 5, 6}),
                    new Weight("bias", new int[] {2}, () -> new float[] {7, 8})))
            .orElseThrow();
    assertThat(head.row(1)).containsExactly(4, 5, 6);
    assertThat(head.bias(1)).isEqualTo(8);
    assertThat(head.classes()).isEqualTo(2);
    assertThat(head.channels()).isEqualTo(3);
  }

  @Test
  void head_tooLarge_isNotRead() {
    Weight large =
        new Weight(
            "fc",
            new int[] {4097, 2048},
            () -> {
              throw new AssertionError("read");
            });
    assertThat(Head.of(graph(large, Weight.filled("bias", 4097, 0)))).isEmpty();
  }

  @Test
  void network_thatDoesNotEndWithAMeanAndAMatrix_hasNoHead() {
    Weight weight = Weight.filled("fc", 9, 1).reshaped(3, 3);
    List<Layer> layers =
        List.of(
            new GlobalAveragePool("pool", Graph.PIXELS),
            new Linear("hidden", "pool", weight, null),
            new Linear("fc", "hidden", weight, null));
    assertThat(Head.of(Graph.endingAt(layers, "fc"))).isEmpty();
  }

  private static Graph graph(Weight weight, Weight bias) {
    return Graph.endingAt(
        List.of(
            new GlobalAveragePool("pool", Graph.PIXELS), new Linear("fc", "pool", weight, bias)),
        "fc");
  }
}
