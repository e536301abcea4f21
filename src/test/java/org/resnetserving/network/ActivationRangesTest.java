package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.ActivationRanges.Range;

class ActivationRangesTest {

  @Test
  void ranges_followFromBatchNorms() {
    ActivationRanges ranges = ActivationRanges.ofBatchNorms(residual(), 3);

    assertThat(ranges.of("a")).isEqualTo(new Range(-1 - 3 * 2, 4 + 3 * 0.5));
    assertThat(ranges.of("relu")).isEqualTo(new Range(0, 5.5));
    Range sum = ranges.of("sum");
    double[] means = ranges.means("relu");
    assertThat(means[1]).isCloseTo(4, within(1e-6));
    // Channel 1: 4 rectified leaves mean 4 and variance 0.25; 10 and 1 are added.
    assertThat(sum.high()).isCloseTo(14 + 3 * Math.sqrt(1.25), within(1e-5));
    assertThat(ranges.of("out").low()).isZero();
    assertThat(ranges.of("out").high()).isEqualTo(sum.high());
  }

  @Test
  void everyConvolutionOfAResNet_hasARange() {
    for (String name : List.of("resnet18", "resnet50", "resnet20-cifar")) {
      FormulaWeights weights =
          name.endsWith("cifar")
              ? FormulaWeights.cifar(20, 4, 5)
              : FormulaWeights.imageNet(name, 5);
      Graph graph = Architecture.parse(name).graph(weights, Normalization.IMAGENET);
      ActivationRanges ranges = ActivationRanges.ofBatchNorms(graph, 8);

      assertThat(Passes.optimize(graph).layers())
          .filteredOn(layer -> layer instanceof Convolution)
          .allSatisfy(layer -> assertThat(ranges.of(layer.name()).high()).isPositive());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnext50_32x4d",
        "resnet26t",
        "seresnet50",
        "ecaresnet50t",
        "resnetaa50d",
        "resnetrs50",
        "seresnext26d_32x4d"
      })
  void batchNorms_tellAllRangesOfTheFamily(String name) {
    Graph graph =
        Architecture.parse(name).graph(FormulaWeights.family(name, 5), Normalization.IMAGENET);

    ActivationRanges ranges = ActivationRanges.ofBatchNorms(graph, 8);

    assertThat(ranges.missing(ProgramCompiler.scaled(graph))).isEmpty();
  }

  /** There a batch norm tells of what it reads, too. */
  @Test
  void batchNorms_tellAllRangesOfPreactivations() {
    Graph graph = SyntheticGraphs.preactivation();

    ActivationRanges ranges = ActivationRanges.ofBatchNorms(graph, 8);

    assertThat(ranges.missing(ProgramCompiler.scaled(graph))).isEmpty();
    BatchNorm norm = (BatchNorm) graph.layer("block1.bn");
    assertThat(ranges.means("block0")[3]).isEqualTo(norm.mean().read()[3]);
  }

  @Test
  void gatedValue_staysBetweenItselfAndZero() {
    Graph graph =
        Architecture.parse("seresnet50")
            .graph(FormulaWeights.family("seresnet50", 5), Normalization.IMAGENET);
    ActivationRanges ranges = ActivationRanges.ofBatchNorms(graph, 8);

    assertThat(ranges.of("layer1.0.se")).isEqualTo(ranges.of("layer1.0.bn3"));
    assertThat(ranges.of("layer1.0.se.gate")).isEqualTo(new Range(0, 1));
  }

  @Test
  void valueWithoutBatchNorm_hasNoRange() {
    ActivationRanges ranges = ActivationRanges.ofBatchNorms(SyntheticGraphs.everyLayer(), 8);

    assertThat(ranges.missing(List.of("asymmetric", "bn"))).containsExactly("asymmetric");
    assertThatThrownBy(() -> ranges.of("asymmetric"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no range of asymmetric is known");
    assertThatThrownBy(() -> ActivationRanges.observed(Map.of()).of("x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Graph residual() {
    Weight kernel = SyntheticGraphs.weight("k", 2, 3, 1, 1);
    Window one = Window.square(1, 1, 0);
    return new Graph(
        List.of(
            new Normalize("in", Graph.PIXELS, Normalization.IMAGENET),
            new Convolution("conv", "in", kernel, null, one),
            norm("a", "conv", new float[] {-1, 4}, new float[] {2, -0.5f}),
            new Relu("relu", "a"),
            new Convolution("conv2", "relu", SyntheticGraphs.weight("k2", 2, 2, 1, 1), null, one),
            norm("b", "conv2", new float[] {0, 10}, new float[] {0.1f, 1}),
            new Add("sum", "b", "relu"),
            new Relu("out", "sum"),
            new GlobalAveragePool("mean", "out"),
            new Linear("fc", "mean", SyntheticGraphs.weight("fc", 2, 2), null)),
        "fc",
        "mean",
        "out");
  }

  private static Layer norm(String name, String input, float[] beta, float[] gamma) {
    return new BatchNorm(
        name,
        input,
        weight(gamma),
        weight(beta),
        weight(new float[] {0, 0}),
        weight(new float[] {1, 1}),
        1e-5);
  }

  private static Weight weight(float[] values) {
    return new Weight("w", new int[] {values.length}, values::clone);
  }
}
