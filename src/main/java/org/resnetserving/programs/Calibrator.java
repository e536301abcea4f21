package org.resnetserving.programs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelFile;
import org.resnetserving.network.ActivationRanges;
import org.resnetserving.network.ActivationRanges.Range;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.weights.WeightsException;

/**
 * Scales a model's 8-bit program by the user's own pictures. Every other picture is observed; on
 * the rest the 8-bit answers are compared with those in single precision.
 */
public final class Calibrator {
  /** Fewer pictures than this tell nothing. */
  public static final int LEAST = 32;

  /** More pictures than this are not read. */
  public static final int MOST = 2000;

  /** Ranges with which int8 agrees less often than this are not kept. */
  public static final double LEAST_AGREEMENT = 0.9;

  private static final int BATCH = 8;

  private final NativeEngine engine;
  private final Calibrations calibrations;

  /**
   * @param engine that programs run on
   * @param calibrations where the better ranges are kept
   */
  public Calibrator(NativeEngine engine, Calibrations calibrations) {
    this.engine = engine;
    this.calibrations = calibrations;
  }

  /**
   * What came of it.
   *
   * @param observed pictures that ranges were taken from
   * @param compared other pictures, on which the programs were compared
   * @param before of those, how many int8 gave the same first class as fp32, with ranges from the
   *     batch norms
   * @param after the same with the ranges observed
   * @param file where the better ranges were kept
   */
  public record Report(int observed, int compared, int before, int after, Path file) {}

  /**
   * Calibrates a model.
   *
   * @param weights the file
   * @param sha256 its digest
   * @param pictures {@link #LEAST} or more, with their pooled features asked for; gone through
   *     several times
   * @throws WeightsException if int8 does not suit the network
   */
  public Report calibrate(
      ModelDescriptor model, ModelFile weights, String sha256, List<Crop> pictures)
      throws IOException {
    if (pictures.size() < LEAST) {
      throw new IllegalArgumentException(pictures.size() + " pictures are too few");
    }
    List<Crop> observed = new EveryOther<>(pictures, 0);
    List<Crop> compared = new EveryOther<>(pictures, 1);
    int side = model.preset().side();
    try (ImportedNetwork network = weights.open()) {
      Graph graph = network.graph();
      List<String> names = ProgramCompiler.scaled(graph);
      ObservedRanges seen = new ObservedRanges(names);
      List<Integer> expected = new ArrayList<>();
      try (CompiledModel probe =
          engine.load(archive -> ProgramCompiler.compileProbe(graph, archive), side, BATCH)) {
        run(probe, observed, seen::include);
        run(probe, compared, inference -> expected.add(first(inference)));
      }
      Map<String, Range> ranges = seen.ranges();
      ActivationRanges fromBatchNorms = fromBatchNorms(graph, side);
      int before = agreeing(graph, fromBatchNorms, side, compared, expected);
      int after = agreeing(graph, fromBatchNorms.refined(ranges), side, compared, expected);
      if (Math.max(before, after) < LEAST_AGREEMENT * expected.size()) {
        throw new WeightsException(
            "int8 does not suit %s: it agrees with fp32 on %d of %d pictures only; nothing is kept"
                .formatted(model.name(), Math.max(before, after), expected.size()));
      }
      if (after < before) {
        names.forEach(name -> ranges.put(name, fromBatchNorms.of(name)));
      }
      Path kept = calibrations.keep(sha256, ranges);
      return new Report(observed.size(), compared.size(), before, after, kept);
    } catch (IllegalArgumentException e) {
      throw new WeightsException(
          "%s has no 8-bit form: %s".formatted(model.name(), e.getMessage()));
    }
  }

  /** Where batch norms tell nothing, what generated pictures show. */
  private ActivationRanges fromBatchNorms(Graph graph, int side) throws IOException {
    ActivationRanges told = ActivationRanges.ofBatchNorms(graph, ActivationRanges.DEVIATIONS);
    List<String> missing = told.missing(ProgramCompiler.scaled(graph));
    return missing.isEmpty()
        ? told
        : told.refined(ObservedRanges.ofGenerated(engine, graph, side, missing));
  }

  private int agreeing(
      Graph graph, ActivationRanges ranges, int side, List<Crop> pictures, List<Integer> expected)
      throws IOException {
    List<Integer> found = new ArrayList<>();
    ProgramKind kind = KernelWidth.tell(engine);
    try (CompiledModel int8 =
        engine.load(
            archive -> ProgramCompiler.compileInt8(graph, ranges, kind, side, archive),
            side,
            BATCH)) {
      run(int8, pictures, inference -> found.add(first(inference)));
    }
    int agreeing = 0;
    for (int i = 0; i < expected.size(); i++) {
      agreeing += expected.get(i).equals(found.get(i)) ? 1 : 0;
    }
    return agreeing;
  }

  private static void run(CompiledModel model, List<Crop> crops, Consumer<Inference> each) {
    try (Session session = model.newSession()) {
      for (int from = 0; from < crops.size(); from += BATCH) {
        session.run(crops.subList(from, Math.min(from + BATCH, crops.size()))).forEach(each);
      }
    }
  }

  private static int first(Inference inference) {
    float[] logits = inference.logits();
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
