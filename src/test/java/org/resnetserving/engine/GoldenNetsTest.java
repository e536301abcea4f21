package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.explain.ClassActivationMap;
import org.resnetserving.explain.Head;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;

class GoldenNetsTest {
  private static final double TOLERANCE = 1e-3;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152"})
  void plainProgram_answersAsPyTorch(String name) throws IOException {
    FormulaWeights weights = FormulaWeights.imageNet(name, 1000);
    Graph graph = Architecture.parse(name).graph(weights, Normalization.IMAGENET);
    Path archive = folder.resolve(name + ".pt");
    ProgramCompiler.compile(graph, ProgramKind.PLAIN, 224, archive);
    GoldenNets golden = new GoldenNets();
    double tolerance = TOLERANCE * golden.logitDeviation(name);
    Head head = Head.of(graph).orElseThrow();

    try (CompiledModel model = Engines.engine().load(archive, 224, 4);
        Session session = model.newSession()) {
      List<Crop> crops = new ArrayList<>();
      golden.inputs().forEach(pixels -> crops.add(new Crop(pixels, true, true)));
      List<Inference> inferences = session.run(crops);

      for (int i = 0; i < inferences.size(); i++) {
        Inference inference = inferences.get(i);
        assertThat(inference.logits())
            .containsExactly(golden.answer(name, "logits", i), within((float) tolerance));
        assertThat(top5(inference.logits())).isEqualTo(golden.top5(name, i));
        assertThat(inference.features())
            .containsExactly(golden.answer(name, "features", i), within((float) tolerance));
        int top = golden.top5(name, i).get(0);
        ClassActivationMap map =
            ClassActivationMap.of(Objects.requireNonNull(inference.featureMap()), head, top);
        assertThat(map.values())
            .containsExactly(golden.answer(name, "cam", i), within((float) tolerance * 10));
        double mean =
            IntStream.range(0, map.values().length)
                .mapToDouble(place -> map.values()[place])
                .average()
                .orElseThrow();
        assertThat(mean + map.bias()).isCloseTo(inference.logits()[top], within(tolerance));
      }
    }
  }

  static List<Integer> top5(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparing((Integer c) -> -logits[c]))
        .limit(5)
        .toList();
  }
}
