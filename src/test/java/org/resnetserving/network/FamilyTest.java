package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.weights.WeightsException;

class FamilyTest {

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

  /** torchvision's own counts and GFLOPS, for the wider networks too. */
  @ParameterizedTest
  @CsvSource({
    "resnext50_32x4d, 25028904, 4.23",
    "resnext101_32x8d, 88791336, 16.41",
    "wide_resnet50_2, 68883240, 11.40",
    "wide_resnet101_2, 126886696, 22.75"
  })
  void counts_areTorchvisionsForWiderNetworks(String name, long parameters, double gflops) {
    Graph graph = graph(name, FormulaWeights.family(name, 1000));

    assertThat(graph.parameters()).isEqualTo(parameters);
    assertThat(Math.round(graph.multiplyAdds(224, 224) / 1e7) / 1e2).isEqualTo(gflops);
  }

  @ParameterizedTest
  @CsvSource({
    "resnext50-32x4d, resnext50_32x4d",
    "wide-resnet50-2, wide_resnet50_2",
    "resnet-50, resnet50",
    "resnet_20_cifar, resnet20-cifar",
    "resnet50.a1_in1k, resnet50",
    "seresnextaa101d_32x8d.sw_in12k_ft_in1k_288, seresnextaa101d_32x8d"
  })
  void names_areTakenAsPeopleWriteThem(String written, String usual) {
    assertThat(Architecture.parse(written).structure())
        .isEqualTo(Architecture.parse(usual).structure());
  }

  @ParameterizedTest
  @CsvSource({
    "resnetv2_50x1_bit, it normalises groups of channels",
    "resnet50_gn, it normalises groups of channels",
    "resnetblur50d, it blurs before it steps",
    "skresnext50_32x4d, it selects kernels",
    "resnest50d, it splits its attention",
    "resnet50_clip_gap, it pools by attention",
    "res2net50_26w_4s, its blocks are others"
  })
  void relativesThatAreNotRead_areRefusedByName(String name, String why) {
    assertThatThrownBy(() -> Architecture.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'" + name + "' is not read", why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"resnext50", "resnext18_32x4d", "resnet50_32x4d", "resnetrs50d", "resnet51d"})
  void combinationsThatDoNotExist_areRefused(String name) {
    assertThatThrownBy(() -> Architecture.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no architecture '" + name + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnext50_32x4d",
        "wide_resnet50_2",
        "resnet26t",
        "seresnet50",
        "ecaresnet50t",
        "resnetrs50",
        "resnext50d_32x4d",
        "resnext101_32x8d",
        "seresnext26d_32x4d"
      })
  void architecture_isToldByTheTensors(String name) {
    Architecture told = Architecture.of(FormulaWeights.family(name, 7));

    assertThat(told.structure()).isEqualTo(Architecture.parse(name).structure());
    assertThat(told.name()).isEqualTo(name);
  }

  @Test
  void torchvisionsAndHesArchitectures_areToldByTheTensors() {
    assertThat(Architecture.of(FormulaWeights.imageNet("resnet18", 7)).name())
        .isEqualTo("resnet18");
    assertThat(Architecture.of(FormulaWeights.imageNet("resnet152", 7)).name())
        .isEqualTo("resnet152");
    assertThat(Architecture.of(FormulaWeights.cifar(20, 4, 7)).name()).isEqualTo("resnet20-cifar");
    assertThat(Architecture.of(FormulaWeights.imageNet(true, 8, 7, 1, 2, 1, 1)).name())
        .isEqualTo("residual network of [1, 2, 1, 1] blocks");
  }

  @Test
  void tensorsThatFitTwoArchitectures_areRefusedNamingBoth() {
    assertThatThrownBy(() -> Architecture.of(FormulaWeights.family("resnetaa50d", 7)))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "formula: its tensors fit resnet50d and resnetaa50d alike: its descriptor must say which, architecture: resnet50d or architecture: resnetaa50d");
  }

  @Test
  void tensorsOfNoResNet_areNotTold() {
    FormulaWeights weights = FormulaWeights.imageNet("resnet18", 7);

    assertThatThrownBy(() -> Architecture.of(weights.without("conv1.weight")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("no conv1.weight");
    assertThatThrownBy(() -> Architecture.of(weights.without("layer1.0.conv1.weight")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("its stages are no ResNet's");
  }

  @Test
  void networkWithoutAHead_answersWithFeatures() {
    Graph graph =
        graph(
            "resnet50",
            FormulaWeights.imageNet("resnet50", 7).without("fc.weight").without("fc.bias"));

    assertThat(graph.logits()).isNull();
    assertThat(graph.features()).isEqualTo("avgpool");
    assertThat(graph.classes()).isZero();
  }

  @Test
  void greyNetwork_readsOneChannel() {
    FormulaWeights weights =
        FormulaWeights.imageNet("resnet18", 7).with("conv1.weight", new int[] {64, 1, 7, 7});

    Graph graph =
        Architecture.parse("resnet18")
            .graph(weights, new Normalization(255, List.of(0.5f), List.of(0.5f)));

    assertThat(graph.shapes(64, 64)).containsEntry("input", new Shape(1, 64, 64));
  }

  @Test
  void groupsThatDoNotComeOutEven_areRefused() {
    FormulaWeights weights =
        FormulaWeights.family("resnext50_32x4d", 7)
            .with("layer1.0.conv1.weight", new int[] {100, 64, 1, 1})
            .with("layer1.0.bn1.weight", new int[] {100})
            .with("layer1.0.bn1.bias", new int[] {100})
            .with("layer1.0.bn1.running_mean", new int[] {100})
            .with("layer1.0.bn1.running_var", new int[] {100});

    assertThatThrownBy(() -> graph("resnext50_32x4d", weights))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("a number of input channels that 32 divides");
  }

  @Test
  void missingWeight_isRefusedByFileKeyAndShape() {
    FormulaWeights weights =
        FormulaWeights.imageNet("resnet18", 7).without("layer2.0.conv2.weight");

    assertThatThrownBy(() -> graph("resnet18", weights))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "formula: layer2.0.conv2.weight of resnet18 is missing, expected shape [any, 128, 3, 3]: the"
                + " nearest are layer1.0.conv2.weight, layer2.0.conv1.weight, layer2.1.conv2.weight");
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
