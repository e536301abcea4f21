package org.resnetserving.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.resnetserving.catalog.ModelDescriptor.Precision;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
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
final class ProgramChooser {
  private static final Logger log = LoggerFactory.getLogger(ProgramChooser.class);

  /** A program must be this much faster than one tried before it: less is noise. */
  private static final double WIN = 1.2;

  private static final int TIMED_RUNS = 5;
  private static final int WARM_RUNS = 2;

  private final NativeEngine engine;
  private final ChoiceMemory memory;

  /* Concurrency: set by the thread that stops the service, looked at by the one that loads models. */
  private volatile boolean stopping;

  ProgramChooser(NativeEngine engine, ChoiceMemory memory) {
    this.engine = engine;
    this.memory = memory;
  }

  /**
   * The service stops: a trial that is under way ends soon, and is none that killed the process.
   */
  void stop() {
    stopping = true;
    memory.survived();
  }

  /** A chosen program, loaded. */
  record Loaded(ProgramChoice choice, CompiledModel network) {}

  /**
   * Chooses a program and loads it.
   *
   * @param model whose network it is
   * @param graph the network, its weights open
   * @param weightsSha256 of its weights
   * @param batchSizes to load it for
   * @param precision asked for
   * @throws EngineFailure if the precision that was asked for does not work here
   * @throws CancellationException if the service stops meanwhile
   */
  Loaded load(
      ModelDescriptor model,
      Graph graph,
      String weightsSha256,
      List<Integer> batchSizes,
      Precision precision)
      throws IOException {
    int side = model.preset().square().crop();
    Set<ProgramKind> candidates = candidates(precision, model.int8Checked());
    String key = memory.key(graph, weightsSha256, side, batchSizes, candidates, engine.version());
    ProgramKind remembered = memory.recall(key);
    if (remembered != null && candidates.contains(remembered)) {
      return new Loaded(
          new ProgramChoice(remembered, "chosen at an earlier start of this machine", List.of()),
          load(graph, remembered, side, batchSizes));
    }
    return tryAll(model.name(), graph, side, batchSizes, candidates, precision, key);
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

  private Loaded tryAll(
      String name,
      Graph graph,
      int side,
      List<Integer> batchSizes,
      Set<ProgramKind> candidates,
      Precision precision,
      String key)
      throws IOException {
    List<Crop> pictures = ProbePictures.of(side);
    int batch = batchSizes.get(batchSizes.size() - 1);
    List<ProgramTrial> trials = new ArrayList<>();
    ProgramTrial best = null;
    CompiledModel kept = null;
    float[][] reference = null;
    for (ProgramKind kind : union(ProgramKind.PLAIN, candidates)) {
      // The plain program is what all builds of libtorch run: it did not kill anybody.
      if (kind != ProgramKind.PLAIN && memory.killed(key, kind)) {
        trials.add(ProgramTrial.refused(kind, "killed the process at an earlier start"));
        continue;
      }
      memory.trying(key, kind);
      CompiledModel network = null;
      ProgramTrial trial;
      try {
        goOn();
        network = load(graph, kind, side, batchSizes);
        try (Session session = network.newSession()) {
          float[][] answers = answers(session, pictures, batch);
          if (reference == null) {
            reference = answers;
          }
          trial =
              judge(
                  kind,
                  reference,
                  answers,
                  candidates.contains(kind) ? rate(session, pictures, batch) : null);
        }
      } catch (EngineFailure | IllegalArgumentException e) {
        trial =
            ProgramTrial.refused(
                kind, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      } finally {
        memory.survived();
      }
      if (candidates.contains(kind)) {
        trials.add(trial);
        log.info("{}: {}", name, trial);
      }
      if (network != null && candidates.contains(kind) && isBetter(trial, best)) {
        if (kept != null) {
          kept.close();
        }
        kept = network;
        best = trial;
      } else if (network != null) {
        network.close();
      }
    }
    if (best == null || kept == null) {
      throw new EngineFailure(
          "precision %s does not work on this machine: %s"
              .formatted(precision.name().toLowerCase(Locale.ROOT), trials));
    }
    memory.remember(key, best.kind());
    String reason =
        candidates.size() == 1
            ? "the only one for precision " + precision.name().toLowerCase(Locale.ROOT)
            : "the fastest whose answers are right, by at least %d %%"
                .formatted(Math.round((WIN - 1) * 100));
    return new Loaded(new ProgramChoice(best.kind(), reason, List.copyOf(trials)), kept);
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

  private CompiledModel load(Graph graph, ProgramKind kind, int side, List<Integer> batchSizes)
      throws IOException {
    Path archive = Files.createTempFile("resnet-serving-", ".pt");
    try {
      ProgramCompiler.compile(graph, kind, side, archive);
      return engine.load(archive, side, batchSizes);
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** How far logits may be from the plain program's, in standard deviations of those. */
  static double tolerance(ProgramKind kind) {
    return switch (kind.precision()) {
      case FP32 -> 1e-4;
      case BF16, FP16 -> 0.03;
      case INT8 -> 0.15;
    };
  }

  static ProgramTrial judge(
      ProgramKind kind, float[][] reference, float[][] answers, @Nullable Double rate) {
    double squares = 0;
    double sum = 0;
    double sumOfSquares = 0;
    long count = 0;
    for (int i = 0; i < reference.length; i++) {
      for (int j = 0; j < reference[i].length; j++) {
        double expected = reference[i][j];
        double difference = answers[i][j] - expected;
        squares += difference * difference;
        sum += expected;
        sumOfSquares += expected * expected;
        count++;
      }
    }
    double deviation = Math.sqrt(Math.max(0, sumOfSquares / count - sum / count * (sum / count)));
    double difference = Math.sqrt(squares / count) / deviation;
    // A comparison that also refuses what is no number.
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

  /** Nothing native may run any more when the process ends. */
  private void goOn() {
    if (stopping) {
      throw new CancellationException("the service stops");
    }
  }

  private float[][] answers(Session session, List<Crop> pictures, int batch) {
    float[][] answers = new float[pictures.size()][];
    int done = 0;
    while (done < answers.length) {
      goOn();
      List<Crop> part = pictures.subList(done, Math.min(done + batch, answers.length));
      for (Inference inference : session.run(part)) {
        answers[done++] = inference.logits();
      }
    }
    return answers;
  }

  /** Pictures a second at the largest batch, at best: what else runs only slows. */
  private double rate(Session session, List<Crop> pictures, int batch) {
    List<Crop> part = pictures.subList(0, Math.min(batch, pictures.size()));
    long best = Long.MAX_VALUE;
    for (int run = 0; run < WARM_RUNS + TIMED_RUNS; run++) {
      goOn();
      long start = System.nanoTime();
      session.run(part);
      long took = System.nanoTime() - start;
      if (run >= WARM_RUNS) {
        best = Math.min(best, took);
      }
    }
    return part.size() * 1e9 / best;
  }
}
