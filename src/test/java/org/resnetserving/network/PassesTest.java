package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PassesTest {
  private static final int SIDE = 32;

  private static Stream<Graph> networks() {
    return Stream.of(
        Architecture.parse("resnet18")
            .graph(FormulaWeights.imageNet(false, 8, 5, 2, 2, 2, 2), Normalization.IMAGENET),
        Architecture.parse("resnet50")
            .graph(FormulaWeights.imageNet(true, 4, 5, 3, 4, 6, 3), Normalization.IMAGENET),
        Architecture.parse("resnet20-cifar")
            .graph(FormulaWeights.cifar(20, 4, 5), Normalization.IMAGENET),
        SyntheticGraphs.everyLayer());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void foldedBatchNorm_keepsTheAnswers(Graph graph) {
    assertSame(graph, new FoldBatchNorm());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void fusedActivations_keepTheAnswers(Graph graph) {
    assertSame(graph, new FuseActivations());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void droppedIdentities_keepTheAnswers(Graph graph) {
    assertSame(graph, new DropIdentities());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void allPasses_keepTheAnswers(Graph graph) {
    assertSame(graph, Passes::optimize);
  }

  @Test
  void optimizedResNet_isConvolutionsPoolsAndOneMatrix() {
    Graph graph =
        Passes.optimize(
            Architecture.parse("resnet50")
                .graph(FormulaWeights.imageNet("resnet50", 1000), Normalization.IMAGENET));

    assertThat(graph.layers()).hasSize(53 + 4);
    assertThat(
            graph.layers().stream()
                .filter(l -> l instanceof Convolution c && c.addend() != null && c.relu()))
        .hasSize(16);
  }

  @Test
  void synthetic_holdsEveryKindOfLayer() {
    assertThat(SyntheticGraphs.everyLayer().layers().stream().map(Object::getClass).distinct())
        .containsAll(SyntheticGraphs.kinds());
  }

  private static void assertSame(Graph graph, UnaryOperator<Graph> pass) {
    Graph passed = pass.apply(graph);
    byte[] pixels = new byte[SIDE * SIDE * 3];
    new Random(3).nextBytes(pixels);
    Map<String, double[]> before = ReferenceEvaluator.evaluate(graph, pixels, SIDE, SIDE);
    Map<String, double[]> after = ReferenceEvaluator.evaluate(passed, pixels, SIDE, SIDE);
    List<String> names = graph.taps();
    for (int i = 0; i < names.size(); i++) {
      // Folding rounds weights to float once.
      assertThat(after.get(passed.taps().get(i)))
          .containsExactly(before.get(names.get(i)), within(1e-4));
    }
  }
}
