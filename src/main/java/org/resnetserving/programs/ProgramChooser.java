package org.resnetserving.programs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
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

  /** A program must be this much faster than one tried before it: less is noise. */
  private static final double WIN = 1.2;

  /** Why a program is refused whose answers cannot be compared. */
  static final String NOT_NUMBERS = "its answers are not numbers (NaN or infinite)";

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
  private record Source(Graph graph, int side, Map<String, Range> ranges) {
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
    Source source = new Source(graph, side, ranges(graph, side, candidates, observed));
    if (remembered != null && candidates.contains(remembered.kind())) {
      return new Loaded(
          new ProgramChoice(
              remembered.kind(),
              remembered.reason() + "; tried at an earlier start on this kind of machine",
              remembered.trials()),
          load(source, remembered.kind(), maxBatch));
    }
    return tryAll(model.name(), source, maxBatch, candidates, precision, key);
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
    if (candidates.stream().allMatch(kind -> tolerance(kind) < tolerance(ProgramKind.FUSED_INT8))) {
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
      Source source,
      int maxBatch,
      Set<ProgramKind> candidates,
      Precision precision,
      String key)
      throws IOException, InterruptedException {
    List<Crop> pictures = new ProbePictures(source.side(), source.graph().logits() == null);
    int batch = Math.min(maxBatch, pictures.size());
    List<float[]> reference = null;
    boolean complete = true;
    try (Contest contest = new Contest()) {
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
        try (Entrant entrant = new Entrant(load(source, kind, maxBatch))) {
          Run run = run(entrant.network(), pictures, batch);
          if (reference == null) {
            reference = run.answers();
            requireNumbers(reference);
          }
          if (!compared) {
            memory.absolve(key, kind);
          }
          if (candidates.contains(kind)) {
            contest.enter(judge(kind, reference, run.answers(), run.imagesPerSecond()), entrant);
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

  /** A program on trial: closed with the trial unless it is kept. */
  private static final class Entrant implements AutoCloseable {
    private final CompiledModel network;
    private boolean kept;

    Entrant(CompiledModel network) {
      this.network = network;
    }

    CompiledModel network() {
      return network;
    }

    CompiledModel keep() {
      kept = true;
      return network;
    }

    @Override
    public void close() {
      if (!kept) {
        network.close();
      }
    }
  }

  /** The trials so far, and the best program of them, loaded. */
  private static final class Contest implements AutoCloseable {
    private final List<ProgramTrial> trials = new ArrayList<>();
    private @Nullable ProgramTrial best;
    private @Nullable CompiledModel kept;

    List<ProgramTrial> trials() {
      return trials;
    }

    void note(ProgramTrial trial) {
      trials.add(trial);
    }

    void enter(ProgramTrial trial, Entrant entrant) {
      note(trial);
      if (isBetter(trial, best)) {
        close();
        kept = entrant.keep();
        best = trial;
      }
    }

    Loaded winner(Precision precision) {
      String asked = precision.name().toLowerCase(Locale.ROOT);
      ProgramTrial won = best;
      CompiledModel network = kept;
      if (won == null || network == null) {
        throw new EngineFailure(
            "precision %s does not work on this machine: %s"
                .formatted(
                    asked,
                    trials.stream().map(ProgramTrial::sentence).collect(Collectors.joining("; "))));
      }
      kept = null;
      String reason =
          trials.size() == 1
              ? "the only one for precision " + asked
              : "the fastest whose answers are right; by less than %d %% it would not count"
                  .formatted(Math.round((WIN - 1) * 100));
      return new Loaded(new ProgramChoice(won.kind(), reason, List.copyOf(trials)), network);
    }

    @Override
    public void close() {
      CompiledModel network = kept;
      kept = null;
      if (network != null) {
        network.close();
      }
    }
  }

  private static void requireNumbers(List<float[]> answers) {
    for (float[] answer : answers) {
      for (float number : answer) {
        if (!Float.isFinite(number)) {
          throw new EngineFailure(
              "the network answers generated pictures with NaN or infinity, in fp32: its weights"
                  + " are damaged, or not the architecture's");
        }
      }
    }
  }

  private static Set<ProgramKind> union(ProgramKind first, Set<ProgramKind> others) {
    EnumSet<ProgramKind> all = EnumSet.copyOf(others);
    all.add(first);
    return all;
  }

  private static boolean isBetter(ProgramTrial trial, @Nullable ProgramTrial best) {
    if (trial.refusal() != null || trial.imagesPerSecond() == null) {
      return false;
    }
    return best == null
        || best.imagesPerSecond() == null
        || trial.imagesPerSecond() > WIN * best.imagesPerSecond();
  }

  private CompiledModel load(Source source, ProgramKind kind, int maxBatch) throws IOException {
    return engine.load(archive -> source.compile(kind, archive), source.side(), maxBatch);
  }

  /** How far logits may be from the plain program's, in standard deviations of those. */
  static double tolerance(ProgramKind kind) {
    return switch (kind.arithmetic()) {
      case FP32 -> 1e-4;
      case BF16, FP16 -> 0.03;
      case INT8 -> 0.15;
    };
  }

  static ProgramTrial judge(
      ProgramKind kind, List<float[]> reference, List<float[]> answers, @Nullable Double rate) {
    double squares = 0;
    double sum = 0;
    double sumOfSquares = 0;
    long count = 0;
    for (int i = 0; i < reference.size(); i++) {
      for (int j = 0; j < reference.get(i).length; j++) {
        double expected = reference.get(i)[j];
        double difference = answers.get(i)[j] - expected;
        squares += difference * difference;
        sum += expected;
        sumOfSquares += expected * expected;
        count++;
      }
    }
    double magnitude = Math.sqrt(sumOfSquares / count);
    double deviation = Math.sqrt(Math.max(0, sumOfSquares / count - sum / count * (sum / count)));
    // A network whose outputs are all the same has no deviation: it is compared by their size.
    double unit = deviation > 1e-6 * magnitude ? deviation : Math.max(magnitude, 1);
    double difference = Math.sqrt(squares / count) / unit;
    if (!Double.isFinite(difference)) {
      return new ProgramTrial(kind, rate, null, NOT_NUMBERS);
    }
    boolean close = difference <= tolerance(kind);
    return new ProgramTrial(
        kind,
        rate,
        difference,
        close
            ? null
            : "its answers differ by %.3g deviations, more than %.3g"
                .formatted(difference, tolerance(kind)));
  }

  /** What a program answered, and how fast. */
  private record Run(List<float[]> answers, double imagesPerSecond) {}

  /**
   * Runs a program over all pictures as the service will: all workers at once. Its speed is taken
   * from the median time of a batch, which what else the machine does moves little.
   */
  private Run run(CompiledModel network, List<Crop> pictures, int batch)
      throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(workers, ProgramChooser::daemon);
    AtomicInteger next = new AtomicInteger();
    try {
      float[][] answers = new float[pictures.size()][];
      List<Callable<List<Long>>> shares =
          Collections.nCopies(workers, () -> share(network, pictures, batch, next, answers));
      List<Long> times = new ArrayList<>();
      for (Future<List<Long>> share : threads.invokeAll(shares)) {
        times.addAll(share.get());
      }
      Collections.sort(times);
      return new Run(Arrays.asList(answers), workers * batch * 1e9 / times.get(times.size() / 2));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } finally {
      next.set(pictures.size());
      end(threads);
    }
  }

  /** Waits for runs under way, whoever interrupts: the network is closed after them. */
  private static void end(ExecutorService threads) {
    threads.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread daemon(Runnable share) {
    Thread thread = new Thread(share, "program-trial");
    thread.setDaemon(true);
    return thread;
  }

  /** The logits; of a network without a head, the features. */
  private static float[] answer(Inference inference) {
    float[] features = inference.features();
    return inference.logits().length == 0 && features != null ? features : inference.logits();
  }

  /** One worker's share; returns the times of its batches, after one picture to warm up. */
  private static List<Long> share(
      CompiledModel network,
      List<Crop> pictures,
      int batch,
      AtomicInteger next,
      float[][] answers) {
    List<Long> times = new ArrayList<>();
    try (Session session = network.newSession()) {
      session.warmUp();
      int from = next.getAndAdd(batch);
      while (from < answers.length) {
        int to = Math.min(from + batch, answers.length);
        long start = System.nanoTime();
        List<Inference> inferences = session.run(pictures.subList(from, to));
        times.add((System.nanoTime() - start) * batch / (to - from));
        for (Inference inference : inferences) {
          answers[from++] = answer(inference);
        }
        from = next.getAndAdd(batch);
      }
    }
    return times;
  }
}
