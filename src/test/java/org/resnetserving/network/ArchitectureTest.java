package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.weights.WeightsException;

class ArchitectureTest {

  /** torchvision's own counts and GFLOPS. */
  @ParameterizedTest
  @CsvSource({
    "resnet18, 11689512, 1.814",
    "resnet34, 21797672, 3.664",
    "resnet50, 25557032, 4.089",
    "resnet101, 44549160, 7.801",
    "resnet152, 60192808, 11.514"
  })
  void counts_areTorchvisions(String name, long parameters, double gflops) {
    Graph graph = graph(name, FormulaWeights.imageNet(name, 1000));

    assertThat(graph.parameters()).isEqualTo(parameters);
    assertThat(Math.round(graph.multiplyAdds(224, 224) / 1e6) / 1e3).isEqualTo(gflops);
    assertThat(graph.classes()).isEqualTo(1000);
  }

  /** The paper's counts: table 6, in millions; 0.27 for ResNet-20 … 19.4 for ResNet-1202. */
  @ParameterizedTest
  @CsvSource({"20, 0.27", "32, 0.46", "44, 0.66", "56, 0.85", "110, 1.7", "1202, 19.4"})
  void counts_areThePapersForCifar(int depth, double millions) {
    Graph graph = graph("resnet" + depth + "-cifar", FormulaWeights.cifar(depth, 16, 10));

    assertThat(graph.parameters() / 1e6).isCloseTo(millions, within(0.05));
    assertThat(graph.layers().stream().filter(l -> l.multiplyAdds(new Shape(1, 1, 1)) > 0).count())
        .isEqualTo(depth);
  }

  @Test
  void shapes_areThoseOfEachLayer() {
    Graph graph = graph("resnet50", FormulaWeights.imageNet("resnet50", 1000));

    assertThat(graph.shapes(224, 224))
        .containsEntry("conv1", new Shape(64, 112, 112))
        .containsEntry("layer4.2", new Shape(2048, 7, 7));
    assertThat(graph.layer("conv1").parameters()).isEqualTo(9408);
    assertThat(graph.layer("conv1").multiplyAdds(new Shape(64, 112, 112))).isEqualTo(118013952);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet",
        "resnet51",
        "ResNet50",
        "resnet21-cifar",
        "resnet1208-cifar",
        "vgg16",
        ""
      })
  void unknownName_isRefusedNamingThoseThatExist(String name) {
    assertThatThrownBy(() -> Architecture.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'" + name + "'", "resnet18", "resnet152", "resnet1202-cifar");
  }

  @Test
  void missingWeight_isRefusedByFileKeyAndShape() {
    FormulaWeights weights =
        FormulaWeights.imageNet("resnet18", 7).without("layer2.0.conv2.weight");

    assertThatThrownBy(() -> graph("resnet18", weights))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "formula: layer2.0.conv2.weight of resnet18 is missing, expected shape [any, 128, 3, 3]");
  }

  @Test
  void misshapenWeight_isRefusedByFileKeyAndBothShapes() {
    FormulaWeights weights =
        FormulaWeights.imageNet("resnet50", 7)
            .with("layer1.1.conv1.weight", new int[] {64, 64, 1, 1});

    assertThatThrownBy(() -> graph("resnet50", weights))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "formula: layer1.1.conv1.weight has shape [64, 64, 1, 1], resnet50 expects [any, 256, 1, 1]");
  }

  @Test
  void weightsOfADeeperNetwork_areRefusedAsSurplus() {
    assertThatThrownBy(() -> graph("resnet18", FormulaWeights.imageNet("resnet34", 7)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("layer1.2.bn1.bias with shape [64] has no place in resnet18");
  }

  @Test
  void addendOfAnotherWidth_isRefused() {
    FormulaWeights weights =
        FormulaWeights.imageNet("resnet18", 7)
            .with("layer1.1.conv2.weight", new int[] {32, 64, 3, 3});

    assertThatThrownBy(() -> graph("resnet18", weights))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "formula: layer1.1.conv2.weight has shape [32, 64, 3, 3], resnet18 expects [64, 64, 3, 3]");
  }

  @Test
  void counters_areNoSurplus() {
    FormulaWeights weights = FormulaWeights.imageNet("resnet18", 7);

    assertThat(weights.names()).contains("bn1.num_batches_tracked");
    assertThat(graph("resnet18", weights).classes()).isEqualTo(7);
  }

  private static Graph graph(String name, FormulaWeights weights) {
    return Architecture.parse(name).graph(weights, Normalization.IMAGENET);
  }
}
