package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.resnetserving.network.Architecture;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.network.ReferenceEvaluator;
import org.resnetserving.network.SyntheticGraphs;

/** Programs in libtorch against the meaning of their graphs in plain Java. */
class ProgramTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"STOCK", "PLAIN"})
  void everyLayer_meansTheSameInLibtorch(ProgramKind kind) throws IOException {
    assertSame(SyntheticGraphs.everyLayer(), kind, 33);
  }

  @ParameterizedTest
  @EnumSource(names = {"STOCK", "PLAIN"})
  void cifarNetwork_meansTheSameInLibtorch(ProgramKind kind) throws IOException {
    assertSame(
        Architecture.parse("resnet20-cifar")
            .graph(FormulaWeights.cifar(20, 16, 10), Normalization.IMAGENET),
        kind,
        32);
  }

  @Test
  void pixels_areNormalisedToTheLastBit() throws IOException {
    Normalization how = Normalization.IMAGENET;
    Path archive = folder.resolve("normalize.pt");
    ProgramCompiler.compile(SyntheticGraphs.normalizeOnly(how), ProgramKind.PLAIN, archive);
    byte[] pixels = new byte[16 * 16 * 3];
    for (int i = 0; i < 256; i++) {
      pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] = (byte) i;
    }

    try (CompiledModel model = Engines.engine().load(archive, 16, List.of(1));
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
    ProgramCompiler.compile(graph, kind, archive);
    byte[] noise = new byte[side * side * 3];
    new Random(1).nextBytes(noise);
    byte[] ramp = new byte[side * side * 3];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (i * 255L / ramp.length);
    }
    try (CompiledModel model = Engines.engine().load(archive, side, List.of(2));
        Session session = model.newSession()) {
      List<Inference> inferences =
          session.run(List.of(new Crop(noise, true, true), new Crop(ramp, true, true)));
      return List.of(
          assertSame(graph, noise, side, inferences.get(0)),
          assertSame(graph, ramp, side, inferences.get(1)));
    }
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
