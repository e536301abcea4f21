package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.ChannelOrder;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.network.ReferenceEvaluator;
import org.resnetserving.network.SaturationProbe;
import org.resnetserving.network.SyntheticGraphs;
import org.resnetserving.network.Window;

/** Programs in libtorch against the meaning of their graphs in plain Java. */
class ProgramTest {
  @TempDir Path folder;

  @Test
  void program_thatCannotBeWritten_isSaidWithTheFolder() {
    Compilation full =
        archive -> {
          throw new IOException("No space left on device");
        };
    assertThatThrownBy(() -> Engines.engine().load(full, 32, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(System.getProperty("java.io.tmpdir"))
        .hasMessageContaining("No space left on device");
  }

  @ParameterizedTest
  @EnumSource(names = {"STOCK", "PLAIN"})
  void everyLayer_meansTheSameInLibtorch(ProgramKind kind) throws IOException {
    assertSame(SyntheticGraphs.everyLayer(), kind, 33);
  }

  @ParameterizedTest
  @EnumSource(names = {"STOCK", "PLAIN"})
  void cifarNetwork_meansTheSameInLibtorch(ProgramKind kind) throws IOException {
    assertSame(cifar(), kind, 32);
  }

  @Test
  void fusedProgram_meansTheSame() throws IOException {
    assumeTrue(CpuFeatures.areIntels());
    assertSame(SyntheticGraphs.everyLayer(), ProgramKind.FUSED, 33);
    assertSame(cifar(), ProgramKind.FUSED, 32);
    assertSame(narrow(), ProgramKind.FUSED, 64);
  }

  @Test
  void bfloat16Program_meansNearlyTheSame() throws IOException {
    assumeTrue(CpuFeatures.has("avx512_bf16"));
    assertNear(cifar(), ProgramKind.FUSED_BF16, 32, 0.1);
    assertNear(narrow(), ProgramKind.FUSED_BF16, 64, 0.1);
  }

  @Test
  void halfPrecisionProgram_meansNearlyTheSame() throws IOException {
    assertNear(cifar(), ProgramKind.CUDA_FP16, 32, 0.005);
  }

  /** By ranges that were observed: formula weights' batch norms know nothing of their values. */
  @Test
  void int8Program_meansNearlyTheSame() throws IOException {
    assumeTrue(CpuFeatures.has("avx512_vnni") || CpuFeatures.has("avx_vnni"));
    for (Graph graph : List.of(cifar(), narrow())) {
      int side = 64;
      Path archive = folder.resolve("int8.pt");
      ProgramCompiler.compileInt8(
          graph,
          ReferenceEvaluator.ranges(graph, pictures(side), side, side),
          ProgramKind.FUSED_INT8,
          side,
          archive);
      assertNear(graph, archive, side, 0.25);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"seresnext26d_32x4d", "ecaresnet50t", "resnetaa50d"})
  void int8AndBfloat16Programs_ofTheFamily_meanNearlyTheSame(String name) throws IOException {
    assumeTrue(CpuFeatures.has("avx512_vnni") || CpuFeatures.has("avx_vnni"));
    Graph graph =
        Architecture.parse(name).graph(FormulaWeights.family(name, 10), Normalization.IMAGENET);
    assertInt8Near(graph, ProgramKind.FUSED_INT8, 64, 0.25);
    assumeTrue(CpuFeatures.has("avx512_bf16"));
    assertNear(graph, ProgramKind.FUSED_BF16, 64, 0.1);
  }

  @Test
  void int8ProgramWithKernelsOf7Bits_meansNearlyTheSame() throws IOException {
    assumeTrue(CpuFeatures.areIntels());
    for (Graph graph : List.of(cifar(), narrow())) {
      assertInt8Near(graph, ProgramKind.FUSED_INT7, 64, 0.25);
    }
  }

  @Test
  void int8ProgramOfEveryLayer_meansNearlyTheSame() throws IOException {
    assumeTrue(CpuFeatures.has("avx512_vnni") || CpuFeatures.has("avx_vnni"));
    assertInt8Near(SyntheticGraphs.everyLayer(), ProgramKind.FUSED_INT8, 33, 0.1);
  }

  @Test
  void int8ProgramOfPreactivations_meansNearlyTheSame() throws IOException {
    assumeTrue(CpuFeatures.has("avx512_vnni") || CpuFeatures.has("avx_vnni"));
    assertInt8Near(SyntheticGraphs.preactivation(), ProgramKind.FUSED_INT8, 32, 0.1);
  }

  private void assertInt8Near(Graph graph, ProgramKind kind, int side, double tolerance)
      throws IOException {
    Path archive = folder.resolve("int8.pt");
    ProgramCompiler.compileInt8(
        graph, ReferenceEvaluator.ranges(graph, pictures(side), side, side), kind, side, archive);
    assertNear(graph, archive, side, tolerance);
  }

  @Test
  void saturatingProducts_areTold() throws IOException {
    assumeTrue(CpuFeatures.has("avx512_vnni") || CpuFeatures.has("avx_vnni"));
    assumeTrue(System.getenv("ONEDNN_MAX_CPU_ISA") == null);
    try (CompiledModel probe =
            Engines.engine().load(SaturationProbe::compile, SaturationProbe.SIDE, 1);
        Session session = probe.newSession()) {
      Crop white = new Crop(SaturationProbe.pixels(), true, false);
      float[] features = session.run(List.of(white)).get(0).features();

      assertThat(SaturationProbe.saturates(features)).isFalse();
      features[0] /= 2;
      assertThat(SaturationProbe.saturates(features)).isTrue();
    }
  }

  @Test
  void int8Pooling_isThatOfFloatsForEvenAndOddSides() throws IOException {
    assumeTrue(CpuFeatures.has("avx512_vnni") || CpuFeatures.has("avx_vnni"));
    for (int side : new int[] {8, 9, 10, 11}) {
      for (Window window : List.of(Window.square(3, 2, 1), Window.square(2, 2, 0))) {
        Graph graph = SyntheticGraphs.pooled(window);
        Path archive = folder.resolve("pooled.pt");
        ProgramCompiler.compileInt8(
            graph,
            ReferenceEvaluator.ranges(graph, pictures(side), side, side),
            ProgramKind.FUSED_INT8,
            side,
            archive);
        assertNear(graph, archive, side, 0.02);
      }
    }
  }

  @Test
  void networkWithout8BitForm_isRefused() {
    assertThatThrownBy(
            () ->
                ProgramCompiler.compile(
                    SyntheticGraphs.everyLayer(),
                    ProgramKind.FUSED_INT8,
                    33,
                    folder.resolve("refused.pt")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pixels_areNormalisedToTheLastBit() throws IOException {
    Normalization how = Normalization.IMAGENET;
    Path archive = folder.resolve("normalize.pt");
    ProgramCompiler.compile(SyntheticGraphs.normalizeOnly(how), ProgramKind.PLAIN, 16, archive);
    byte[] pixels = new byte[16 * 16 * 3];
    for (int i = 0; i < 256; i++) {
      pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] = (byte) i;
    }

    try (CompiledModel model = Engines.engine().load(archive, 16, 1);
        Session session = model.newSession()) {
      float[] planes =
          session.run(List.of(new Crop(pixels, false, true))).get(0).featureMap().values();

      for (int channel = 0; channel < 3; channel++) {
        for (int pixel = 0; pixel < 256; pixel++) {
          assertThat(planes[channel * 256 + pixel]).isEqualTo(how.apply(pixel, channel));
        }
      }
    }
  }

  @Test
  void colours_areReadInTheNetworksOrder() throws IOException {
    List<Float> mean = List.of(104f, 117f, 123f);
    List<Float> one = List.of(1f, 1f, 1f);
    Normalization how = new Normalization(1, mean, one, ChannelOrder.BGR);

    float[] planes = normalised(how);

    assertThat(planes[0]).isEqualTo(3 - 104f);
    assertThat(planes[256]).isEqualTo(2 - 117f);
    assertThat(planes[512]).isEqualTo(1 - 123f);
  }

  @Test
  void greyNetwork_readsTheFirstOfThreeChannels() throws IOException {
    assertThat(normalised(new Normalization(1, List.of(0.5f), List.of(2f))))
        .hasSize(256)
        .containsOnly(0.25f);
  }

  /** The feature map that normalising makes of pixels that are all (1, 2, 3). */
  private float[] normalised(Normalization how) throws IOException {
    Path archive = folder.resolve("normalize.pt");
    ProgramCompiler.compile(SyntheticGraphs.normalizeOnly(how), ProgramKind.PLAIN, 16, archive);
    byte[] pixels = new byte[16 * 16 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 3 + 1);
    }
    try (CompiledModel model = Engines.engine().load(archive, 16, 1);
        Session session = model.newSession()) {
      return session.run(List.of(new Crop(pixels, false, true))).get(0).featureMap().values();
    }
  }

  @Test
  void networkWithoutAHead_answersWithFeatures() throws IOException {
    Graph graph = SyntheticGraphs.headless();
    Path archive = folder.resolve("headless.pt");
    ProgramCompiler.compile(graph, ProgramKind.PLAIN, 8, archive);
    byte[] pixels = pictures(8).get(0);

    try (CompiledModel model = Engines.engine().load(archive, 8, 2);
        Session session = model.newSession()) {
      Crop crop = new Crop(pixels, true, true);
      Inference inference = session.run(List.of(crop, crop)).get(1);

      assertThat(inference.logits()).isEmpty();
      assertThat(doubles(inference.features()))
          .containsExactly(
              ReferenceEvaluator.evaluate(graph, pixels, 8, 8).get("mean"), within(1e-4));
      assertThat(inference.featureMap().channels()).isEqualTo(8);
    }
  }

  @Test
  void convolutionalHead_answersWithLogitsAlone() throws IOException {
    Graph graph = SyntheticGraphs.convolutionalHead();
    Path archive = folder.resolve("convolutional.pt");
    ProgramCompiler.compile(graph, ProgramKind.PLAIN, 8, archive);
    byte[] pixels = pictures(8).get(0);

    try (CompiledModel model = Engines.engine().load(archive, 8, 1);
        Session session = model.newSession()) {
      Inference inference = session.run(List.of(new Crop(pixels, true, true))).get(0);

      assertThat(doubles(inference.logits()))
          .containsExactly(
              ReferenceEvaluator.evaluate(graph, pixels, 8, 8).get("logits"), within(1e-4));
      assertThat(inference.features()).isNull();
      assertThat(inference.featureMap()).isNull();
    }
  }

  /** 1202 layers; 16×16 pictures keep the plain-Java side short. The tolerance is absolute. */
  @Test
  void resNet1202_answersAsPlainJavaDoes() throws IOException {
    Graph graph =
        Architecture.parse("resnet1202-cifar")
            .graph(FormulaWeights.cifar(1202, 16, 10).blockGain(0.1), Normalization.IMAGENET);
    List<double[]> logits = assertSame(graph, ProgramKind.PLAIN, 16);

    double difference = 0;
    for (int i = 0; i < 10; i++) {
      difference = Math.max(difference, Math.abs(logits.get(0)[i] - logits.get(1)[i]));
    }
    assertThat(difference).isGreaterThan(0.05);
  }

  private List<double[]> assertSame(Graph graph, ProgramKind kind, int side) throws IOException {
    Path archive = folder.resolve("program.pt");
    ProgramCompiler.compile(graph, kind, side, archive);
    byte[] noise = pictures(side).get(0);
    byte[] ramp = pictures(side).get(1);
    try (CompiledModel model = Engines.engine().load(archive, side, 2);
        Session session = model.newSession()) {
      List<Inference> inferences =
          session.run(List.of(new Crop(noise, true, true), new Crop(ramp, true, true)));
      return List.of(
          assertSame(graph, noise, side, inferences.get(0)),
          assertSame(graph, ramp, side, inferences.get(1)));
    }
  }

  private void assertNear(Graph graph, ProgramKind kind, int side, double tolerance)
      throws IOException {
    Path archive = folder.resolve("near.pt");
    ProgramCompiler.compile(graph, kind, side, archive);
    assertNear(graph, archive, side, tolerance);
  }

  /**
   * Root mean square errors against root mean squares, of all three answers. Networks with formula
   * weights magnify rounding more than trained ones; a wrong scale or a lost relu makes 1.
   */
  private static void assertNear(Graph graph, Path archive, int side, double tolerance) {
    try (CompiledModel model = Engines.engine().load(archive, side, 2);
        Session session = model.newSession()) {
      List<Inference> inferences =
          session.run(pictures(side).stream().map(p -> new Crop(p, true, true)).toList());
      for (int i = 0; i < inferences.size(); i++) {
        Inference inference = inferences.get(i);
        Map<String, double[]> expected =
            ReferenceEvaluator.evaluate(graph, pictures(side).get(i), side, side);
        assertNear(inference.logits(), expected.get(graph.logits()), tolerance);
        assertNear(inference.features(), expected.get(graph.features()), tolerance);
        assertNear(inference.featureMap().values(), expected.get(graph.featureMap()), tolerance);
      }
    }
  }

  private static void assertNear(float[] actual, double[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    double errors = 0;
    double squares = 0;
    for (int i = 0; i < actual.length; i++) {
      errors += Math.pow(actual[i] - expected[i], 2);
      squares += Math.pow(expected[i], 2);
    }
    assertThat(Math.sqrt(errors / squares)).isLessThan(tolerance);
  }

  /** Noise and a ramp. */
  private static List<byte[]> pictures(int side) {
    byte[] noise = new byte[side * side * 3];
    new Random(1).nextBytes(noise);
    byte[] ramp = new byte[side * side * 3];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (i * 255L / ramp.length);
    }
    return List.of(noise, ramp);
  }

  private static Graph cifar() {
    return Architecture.parse("resnet20-cifar")
        .graph(FormulaWeights.cifar(20, 16, 10), Normalization.IMAGENET);
  }

  private static Graph narrow() {
    return Architecture.parse("resnet50")
        .graph(FormulaWeights.imageNet(true, 16, 10, 3, 4, 6, 3), Normalization.IMAGENET);
  }

  private static double[] assertSame(Graph graph, byte[] pixels, int side, Inference inference) {
    Map<String, double[]> expected = ReferenceEvaluator.evaluate(graph, pixels, side, side);
    assertThat(doubles(inference.logits()))
        .containsExactly(expected.get(graph.logits()), within(1e-3));
    assertThat(doubles(inference.features()))
        .containsExactly(expected.get(graph.features()), within(1e-3));
    assertThat(doubles(inference.featureMap().values()))
        .containsExactly(expected.get(graph.featureMap()), within(1e-3));
    return expected.get(graph.logits());
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }
}
