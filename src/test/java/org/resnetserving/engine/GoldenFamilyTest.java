package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;

/** The wider family against timm, on full-size networks with formula weights. */
class GoldenFamilyTest {
  private static final double TOLERANCE = 1e-3;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnext50_32x4d",
        "wide_resnet50_2",
        "resnet50d",
        "resnet26t",
        "seresnet50",
        "ecaresnet50t",
        "resnetaa50d",
        "resnetrs50",
        "resnext50d_32x4d",
        "seresnext26d_32x4d"
      })
  void programs_answerAsTimm(String name) throws IOException {
    Graph graph =
        Architecture.parse(name).graph(FormulaWeights.family(name, 1000), Normalization.IMAGENET);
    GoldenNets golden = GoldenNets.family();

    assertThat(graph.parameters()).isEqualTo(golden.parameters(name));
    assertSame(golden, name, graph, ProgramKind.PLAIN);
    assumeTrue(CpuFeatures.areIntels());
    assertSame(golden, name, graph, ProgramKind.FUSED);
  }

  private void assertSame(GoldenNets golden, String name, Graph graph, ProgramKind kind)
      throws IOException {
    Path archive = folder.resolve(name + ".pt");
    ProgramCompiler.compile(graph, kind, 224, archive);
    float tolerance = (float) (TOLERANCE * golden.logitDeviation(name));
    try (CompiledModel model = Engines.engine().load(archive, 224, 4);
        Session session = model.newSession()) {
      List<Crop> crops = new ArrayList<>();
      golden.inputs().forEach(pixels -> crops.add(new Crop(pixels, true, true)));
      List<Inference> inferences = session.run(crops);
      for (int i = 0; i < inferences.size(); i++) {
        float[] logits = inferences.get(i).logits();
        assertThat(logits).containsExactly(golden.answer(name, "logits", i), within(tolerance));
        assertThat(GoldenNetsTest.top5(logits)).isEqualTo(golden.top5(name, i));
        assertThat(inferences.get(i).features())
            .containsExactly(golden.answer(name, "features", i), within(tolerance));
      }
    }
  }
}
