package org.resnetserving.programs;

import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.network.ActivationRanges;
import org.resnetserving.network.ActivationRanges.Range;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses between the programs that a network can be written as: one whose answers are not the
 * plain program's, within a tolerance, is refused; of the others the fastest is kept. No precision
 * is the fastest everywhere. At the first start the one that is expected of the processor is taken,
 * and all are timed later, when there is time. The choice is remembered in the cache.
 */
public final class ProgramChooser {
  private static final Logger log = LoggerFactory.getLogger(ProgramChooser.class);

  private final NativeEngine engine;
  private final ChoiceMemory memory;
  private final Calibrations calibrations;
  private final KernelWidth width;
  private final Trials trials;
  private final Processor processor;
  private final boolean tuneAtStart;

  /**
   * @param engine that programs run on
   * @param memory of earlier choices
   * @param calibrations that were made
   * @param workers how many will run a program at once
   * @param tuneAtStart whether all programs are timed before one is served; else the one that is
   *     expected of the processor is served until {@link #tune}
   */
  public ProgramChooser(
      NativeEngine engine,
      ChoiceMemory memory,
      Calibrations calibrations,
      int workers,
      boolean tuneAtStart) {
    this.engine = engine;
    this.memory = memory;
    this.calibrations = calibrations;
    this.width = new KernelWidth(engine, memory);
    this.trials = new Trials(engine, memory, workers);
    this.processor = Processor.here();
    this.tuneAtStart = tuneAtStart;
  }

  /** The service stops: a trial that is under way is none that killed the process. */
  public void stop() {
    memory.survived();
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
    Subject subject = subject(model, graph, weightsSha256, maxBatch, precision);
    ProgramChoice remembered = recall(subject);
    if (remembered != null && (remembered.tuned() || !tuneAtStart)) {
      return new Loaded(
          new ProgramChoice(
              remembered.kind(),
              remembered.reason() + "; tried at an earlier start on this kind of machine",
              remembered.trials()),
          subject.load(engine, remembered.kind()));
    }
    return tuneAtStart
        ? trials.all(subject, () -> false)
        : trials.expected(subject, expected(subject.candidates()));
  }

  /**
   * Times all programs against each other, unless that was done already on this kind of machine,
   * and remembers the fastest whose answers are right.
   *
   * @param model whose network it is
   * @param graph the network, its weights open
   * @param weightsSha256 of its weights
   * @param maxBatch to load it for
   * @param precision asked for
   * @param disturbed whether to stop: asked before each batch
   * @throws java.util.concurrent.CancellationException if it was disturbed
   * @throws EngineFailure if no program of the precision that was asked for is right
   */
  public ProgramChoice tune(
      ModelDescriptor model,
      Graph graph,
      String weightsSha256,
      int maxBatch,
      Precision precision,
      BooleanSupplier disturbed)
      throws IOException, InterruptedException {
    Subject subject = subject(model, graph, weightsSha256, maxBatch, precision);
    ProgramChoice remembered = recall(subject);
    if (remembered != null && remembered.tuned()) {
      return remembered;
    }
    Loaded fastest = trials.all(subject, disturbed);
    fastest.network().close();
    return fastest.choice();
  }

  private Subject subject(
      ModelDescriptor model, Graph graph, String weightsSha256, int maxBatch, Precision precision)
      throws IOException {
    int side = model.preset().side();
    Map<String, Range> observed = calibrations.find(weightsSha256);
    Set<ProgramKind> candidates =
        engine.isGpu()
            ? candidatesOnGpu(precision)
            : here(candidates(precision, model.int8Checked() || !observed.isEmpty()));
    return new Subject(
        model.name(),
        graph,
        side,
        ranges(graph, side, candidates, observed),
        maxBatch,
        candidates,
        precision,
        memory.key(graph, weightsSha256 + observed, side, maxBatch, candidates, engine.version()));
  }

  private @Nullable ProgramChoice recall(Subject subject) {
    ProgramChoice remembered = memory.recall(subject.key());
    return remembered != null && subject.candidates().contains(remembered.kind())
        ? remembered
        : null;
  }

  /** Those to expect the most of here, and if that is none, all: they say why they don't run. */
  private List<ProgramKind> expected(Set<ProgramKind> candidates) {
    List<ProgramKind> expected = processor.expected(candidates);
    return expected.isEmpty() ? List.copyOf(candidates) : expected;
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
}
