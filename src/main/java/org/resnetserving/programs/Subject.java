package org.resnetserving.programs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.network.ActivationRanges;
import org.resnetserving.network.ActivationRanges.Range;
import org.resnetserving.network.Arithmetic;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;

/**
 * A network that a program is looked for.
 *
 * @param model its name
 * @param graph the network, its weights open
 * @param side of its pictures
 * @param ranges observed, by calibrating or on generated pictures; none if batch norms tell all
 * @param maxBatch to load programs for
 * @param candidates that come into question
 * @param precision asked for
 * @param key by which a choice is remembered
 */
record Subject(
    String model,
    Graph graph,
    int side,
    Map<String, Range> ranges,
    int maxBatch,
    Set<ProgramKind> candidates,
    Precision precision,
    String key) {

  /** Pictures to compare programs on. */
  List<Crop> pictures() {
    return new ProbePictures(side, graph.logits() == null);
  }

  /** The network as that program, loaded. */
  CompiledModel load(NativeEngine engine, ProgramKind kind) throws IOException {
    return engine.load(archive -> compile(kind, archive), side, maxBatch);
  }

  private void compile(ProgramKind kind, Path archive) throws IOException {
    if (kind.arithmetic() == Arithmetic.INT8) {
      ActivationRanges told =
          ActivationRanges.ofBatchNorms(graph, ActivationRanges.DEVIATIONS).refined(ranges);
      ProgramCompiler.compileInt8(graph, told, kind, side, archive);
    } else {
      ProgramCompiler.compile(graph, kind, side, archive);
    }
  }
}
