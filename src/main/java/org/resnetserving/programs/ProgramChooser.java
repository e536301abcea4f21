package org.resnetserving.programs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.network.ActivationRanges;
import org.resnetserving.network.ActivationRanges.Range;
import org.resnetserving.network.Arithmetic;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the programs that a network can be written as, on this machine: one whose answers are not
 * the plain program's, within a tolerance, is refused; of the others the fastest is kept. No
 * precision is the fastest everywhere. The choice is remembered in the cache.
 */
public final class ProgramChooser {
  private static final Logger log = LoggerFactory.getLogger(ProgramChooser.class);

  private final NativeEngine engine;
  private final ChoiceMemory memory;
  private final Calibrations calibrations;
  private final int workers;
  private final KernelWidth width;

  /**
   * @param engine that programs run on
   * @param memory of earlier choices
   * @param calibrations that were made
   * @param workers how many will run a program at once
   */
  public ProgramChooser(
      NativeEngine engine, ChoiceMemory memory, Calibrations calibrations, int workers) {
    this.engine = engine;
    this.memory = memory;
    this.calibrations = calibrations;
    this.workers = workers;
    this.width = new KernelWidth(engine, memory);
  }

  /** The service stops: a trial that is under way is none that killed the process. */
  public void stop() {
    memory.survived();
  }

  /**
   * What programs are made of.
   *
   * @param ranges observed, by calibrating or on generated pictures; none if batch norms tell all
   */
  private record Material(Graph graph, int side, Map<String, Range> ranges) {
    void compile(ProgramKind kind, Path archive) throws IOException {
      if (kind.arithmetic() == Arithmetic.INT8) {
        ActivationRanges told =
            ActivationRanges.ofBatchNorms(graph, ActivationRanges.DEVIATIONS).refined(ranges);
        ProgramCompiler.compileInt8(graph, told, kind, side, archive);
      } else {
        ProgramCompiler.compile(graph, kind, side, archive);
      }
    }
  }

  /**
   * A chosen program, loaded.
   *
   * @param choice what was chosen, and why
   * @param network the program; whoever holds it closes it
   */
  public record Loaded(ProgramChoice choice, CompiledModel network) {}

  /**
   * Chooses a program and loads it.
   *
   * @param model whose network it is
   * @param graph the network, its weights open
   * @param weightsSha256 of its weights
   * @param maxBatch to load it for
   * @param precision asked for
   * @throws EngineFailure if the precision that was asked for does not work here
   */
  public Loaded load(
      ModelDescriptor model, Graph graph, String weightsSha256, int maxBatch, Precision precision)
      throws IOException, InterruptedException {
    int side = model.preset().side();
    Map<String, Range> observed = calibrations.find(weightsSha256);
    Set<ProgramKind> candidates =
        engine.isGpu()
            ? candidatesOnGpu(precision)
            : here(candidates(precision, model.int8Checked() || !observed.isEmpty()));
    String key =
        memory.key(graph, weightsSha256 + observed, side, maxBatch, candidates, engine.version());
    ProgramChoice remembered = memory.recall(key);
    Material material = new Material(graph, side, ranges(graph, side, candidates, observed));
    if (remembered != null && candidates.contains(remembered.kind())) {
      return new Loaded(
          new ProgramChoice(
              remembered.kind(),
              remembered.reason() + "; tried at an earlier start on this kind of machine",
              remembered.trials()),
          load(material, remembered.kind(), maxBatch));
    }
    return tryAll(model.name(), material, maxBatch, candidates, precision, key);
  }

  /** The programs that come into question, the plain one first: others are compared with it. */
  static Set<ProgramKind> candidates(Precision precision, boolean int8Checked) {
    EnumSet<ProgramKind> kinds =
        switch (precision) {
          case FP32 -> EnumSet.of(ProgramKind.PLAIN, ProgramKind.FUSED);
          case BF16 -> EnumSet.of(ProgramKind.FUSED_BF16);
          case INT8 -> EnumSet.of(ProgramKind.FUSED_INT8);
          case AUTO -> EnumSet.of(ProgramKind.PLAIN, ProgramKind.FUSED, ProgramKind.FUSED_BF16);
        };
    if (precision == Precision.AUTO && int8Checked) {
      kinds.add(ProgramKind.FUSED_INT8);
    }
    return kinds;
  }

  /** The same with kernels as wide as they may be here. */
  private Set<ProgramKind> here(Set<ProgramKind> kinds) throws IOException {
    if (!kinds.contains(ProgramKind.FUSED_INT8)) {
      return kinds;
    }
    EnumSet<ProgramKind> narrowed = EnumSet.copyOf(kinds);
    narrowed.remove(ProgramKind.FUSED_INT8);
    narrowed.add(width.int8());
    return narrowed;
  }

  /** Those observed, and where batch norms tell nothing either, those of generated pictures. */
  private Map<String, Range> ranges(
      Graph graph, int side, Set<ProgramKind> candidates, Map<String, Range> observed)
      throws IOException {
    if (candidates.stream()
        .allMatch(
            kind ->
                ProgramJudge.tolerance(kind) < ProgramJudge.tolerance(ProgramKind.FUSED_INT8))) {
      return observed;
    }
    List<String> missing =
        ActivationRanges.ofBatchNorms(graph, ActivationRanges.DEVIATIONS)
            .refined(observed)
            .missing(ProgramCompiler.scaled(graph));
    if (missing.isEmpty()) {
      return observed;
    }
    log.info("No batch norm tells the range of {} values: generated pictures do", missing.size());
    Map<String, Range> all = new HashMap<>(observed);
    all.putAll(ObservedRanges.ofGenerated(engine, graph, side, missing));
    return all;
  }

  /** The same for a GPU, which oneDNN's programs do not run on. */
  static Set<ProgramKind> candidatesOnGpu(Precision precision) {
    return switch (precision) {
      case AUTO -> EnumSet.of(ProgramKind.PLAIN, ProgramKind.CUDA_FP16);
      case FP32 -> EnumSet.of(ProgramKind.PLAIN);
      case BF16, INT8 ->
          throw new EngineFailure(
              "precision %s is for processors; on a GPU there are fp32 and auto (fp32 or fp16)"
                  .formatted(precision.name().toLowerCase(Locale.ROOT)));
    };
  }

  private Loaded tryAll(
      String name,
      Material material,
      int maxBatch,
      Set<ProgramKind> candidates,
      Precision precision,
      String key)
      throws IOException, InterruptedException {
    List<Crop> pictures = new ProbePictures(material.side(), material.graph().logits() == null);
    int batch = Math.min(maxBatch, pictures.size());
    List<float[]> reference = null;
    boolean complete = true;
    try (ProgramContest contest = new ProgramContest()) {
      for (ProgramKind kind : union(ProgramKind.PLAIN, candidates)) {
        boolean compared = kind == ProgramKind.PLAIN;
        // The plain program is what all builds of libtorch run: it did not kill anybody.
        ChoiceMemory.Past past = compared ? ChoiceMemory.Past.CLEAR : memory.past(key, kind);
        if (past != ChoiceMemory.Past.CLEAR) {
          boolean killed = past == ChoiceMemory.Past.KILLED;
          complete &= killed;
          contest.note(
              ProgramTrial.refused(
                  kind,
                  killed
                      ? ProgramTrial.KILLED
                      : ProgramTrial.KILLED + ", or is being tried by another"));
          continue;
        }
        if (!compared) {
          memory.trying(key, kind);
        }
        try (ProgramContest.Entrant entrant =
            new ProgramContest.Entrant(load(material, kind, maxBatch))) {
          TrialRun run = TrialRun.of(entrant.network(), pictures, batch, workers);
          if (reference == null) {
            reference = run.answers();
            ProgramJudge.requireNumbers(reference);
          }
          if (!compared) {
            memory.absolve(key, kind);
          }
          if (candidates.contains(kind)) {
            contest.enter(
                ProgramJudge.judge(kind, reference, run.answers(), run.imagesPerSecond()), entrant);
          }
        } catch (EngineFailure | IllegalArgumentException e) {
          if (compared) {
            throw e;
          }
          contest.note(
              ProgramTrial.refused(
                  kind, String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        } finally {
          memory.survived();
        }
      }
      contest.trials().forEach(trial -> log.info("{}: {}", name, trial.sentence()));
      Loaded chosen = contest.winner(precision);
      // Else one that was skipped because another process may be trying it would be left out for
      // good.
      if (complete) {
        memory.remember(key, chosen.choice());
      }
      return chosen;
    }
  }

  private static Set<ProgramKind> union(ProgramKind first, Set<ProgramKind> others) {
    EnumSet<ProgramKind> all = EnumSet.copyOf(others);
    all.add(first);
    return all;
  }

  private CompiledModel load(Material material, ProgramKind kind, int maxBatch) throws IOException {
    return engine.load(archive -> material.compile(kind, archive), material.side(), maxBatch);
  }
}
