package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphTest {
  private static final Window ONE = Window.square(1, 1, 0);

  @Test
  void endOfANetwork_isFoundFromItsLogits() {
    List<Layer> layers = new ArrayList<>(SyntheticGraphs.headless().layers());
    layers.add(new Identity("dropout", "mean"));
    layers.add(new Linear("fc", "dropout", SyntheticGraphs.weight("fc", 2, 8), null));

    Graph graph = Graph.endingAt(layers, "fc");

    assertThat(graph.taps()).containsExactly("fc", "mean", "pool");
    assertThat(graph.head()).map(Layer::name).contains("fc");
    assertThat(graph.classes()).isEqualTo(2);
  }

  @Test
  void convolutionalHead_hasNoClassActivationMaps() {
    Graph graph = SyntheticGraphs.convolutionalHead();

    assertThat(graph.head()).isEmpty();
    assertThat(graph.features()).isNull();
    assertThat(graph.logits()).isEqualTo("logits");
  }

  @Test
  void networkWithoutAHead_hasNoClasses() {
    assertThat(SyntheticGraphs.headless().classes()).isZero();
    assertThat(SyntheticGraphs.headless().head()).isEmpty();
  }

  @Test
  void convolutionOverPooledPlanes_isAMatrixAndSoAHead() {
    List<Layer> layers = new ArrayList<>(SyntheticGraphs.headless().layers());
    layers.add(
        new Convolution("score", "mean", SyntheticGraphs.weight("s", 5, 8, 1, 1), null, ONE));

    Graph graph = Graph.endingAt(layers, "score");

    assertThat(graph.layer("score")).isInstanceOf(Linear.class);
    assertThat(graph.head().orElseThrow().weight().shape()).containsExactly(5, 8);
  }

  @Test
  void vectorAddedToPlanes_isRefused() {
    List<Layer> layers = new ArrayList<>(SyntheticGraphs.headless().layers());
    layers.add(new Add("sum", "pool", "mean"));

    assertThatThrownBy(() -> new Graph(layers, null, "mean", "pool"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sum reads a vector and planes: [pool, mean]");
  }

  @Test
  void networkThatAnswersNothing_isRefused() {
    List<Layer> layers = SyntheticGraphs.headless().layers();

    assertThatThrownBy(() -> new Graph(layers, null, null, "pool"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("neither logits nor features");
  }

  /**
   * What PyTorch makes of sides with ceil_mode: a window that begins in the far padding is none.
   */
  @ParameterizedTest
  @CsvSource({
    "112, 3, 2, 0, 56",
    "113, 3, 2, 0, 56",
    "114, 3, 2, 0, 57",
    "4, 1, 2, 0, 2",
    "8, 3, 2, 1, 5",
    "7, 2, 2, 0, 4",
    "3, 2, 3, 1, 2"
  })
  void roundedUpPooling_coversTheFarEdge(int side, int size, int stride, int pad, int expected) {
    Window window = Window.square(size, stride, pad);

    assertThat(window.over(new Shape(1, side, side), 1, true).height()).isEqualTo(expected);
  }

  @Test
  void layersThatCannotBe_areRefused() {
    Weight kernel = SyntheticGraphs.weight("k", 6, 2, 3, 3);
    assertThatThrownBy(() -> new Convolution("c", "x", kernel, null, Window.square(3, 1, 1), 4))
        .hasMessage("c has 6 output channels in 4 groups");
    assertThatThrownBy(() -> new Convolution("c", "x", kernel, null, Window.square(1, 1, 0)))
        .hasMessageContaining("for a window of 1×1");
    assertThatThrownBy(() -> new MaxPool("m", "x", new Window(3, 3, 2, 0, 0, 1, 1), true))
        .hasMessageContaining("m pools with");
    assertThatThrownBy(() -> new AveragePool("a", "x", new Window(3, 3, 2, 0, 0, 1, 1), true, true))
        .hasMessageContaining("a pools with");
    assertThatThrownBy(() -> new ChannelConvolution("e", "x", SyntheticGraphs.weight("w", 1, 1, 4)))
        .hasMessageContaining("e has a kernel");
    assertThatThrownBy(() -> new Normalization(1, List.of(0f), List.of(1f), ChannelOrder.BGR))
        .hasMessage("BGR with 1 channels");
  }
}
