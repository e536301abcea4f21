package org.resnetserving.programs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
import org.resnetserving.network.ActivationRanges.Range;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ProgramCompiler;

/** Ranges of a network's values that were seen on pictures. */
final class ObservedRanges {
  private static final int BATCH = 8;

  /** Pictures that ranges are taken of where nothing else tells them; see RATIONALE. */
  private static final int GENERATED = 32;

  private static final double MARGIN = 1.5;

  private final List<String> names;
  private final Map<String, Range> ranges = new LinkedHashMap<>();

  /**
   * @param names of the values, in the order in which a probe answers with their ranges
   */
  ObservedRanges(List<String> names) {
    this.names = names;
  }

  /**
   * Of generated pictures; half as wide again, since photographs may reach further.
   *
   * @param values that ranges are wanted of
   */
  static Map<String, Range> ofGenerated(
      NativeEngine engine, Graph graph, int side, List<String> values) throws IOException {
    ObservedRanges observed = new ObservedRanges(ProgramCompiler.scaled(graph));
    List<Crop> pictures = new ProbePictures(side, true).subList(0, GENERATED);
    try (CompiledModel probe =
            engine.load(archive -> ProgramCompiler.compileProbe(graph, archive), side, BATCH);
        Session session = probe.newSession()) {
      for (int from = 0; from < pictures.size(); from += BATCH) {
        List<Crop> batch = pictures.subList(from, Math.min(from + BATCH, pictures.size()));
        session.run(batch).forEach(observed::include);
      }
    }
    Map<String, Range> wider = new LinkedHashMap<>();
    for (String value : values) {
      Range range = observed.ranges.get(value);
      if (range == null) {
        throw new IllegalStateException("no range of " + value + " was observed");
      }
      wider.put(value, new Range(range.low() * MARGIN, range.high() * MARGIN).including(0));
    }
    return wider;
  }

  /** Includes what a probe answered about one picture. */
  void include(Inference inference) {
    float[] pairs = inference.features();
    if (pairs == null || pairs.length != 2 * names.size()) {
      throw new IllegalStateException("the probe does not answer with a pair for each value");
    }
    for (int i = 0; i < names.size(); i++) {
      ranges.merge(names.get(i), new Range(pairs[2 * i], pairs[2 * i + 1]), Range::including);
    }
  }

  /** The ranges so far. */
  Map<String, Range> ranges() {
    return ranges;
  }
}
