package org.resnetserving.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.EngineFailure;

/** The trials so far, and the best program of them, loaded. */
final class ProgramContest implements AutoCloseable {
  /** A program must be this much faster than one tried before it: less is noise. */
  private static final double WIN = 1.2;

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

  /**
   * The best, and why.
   *
   * @throws EngineFailure if none was entered whose answers are right
   */
  ProgramChooser.Loaded winner(Subject subject) {
    String asked = subject.precision().name().toLowerCase(Locale.ROOT);
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
    String reason;
    if (subject.candidates().size() == 1) {
      reason = "the only one for precision " + asked;
    } else if (won.imagesPerSecond() == null) {
      reason = "expected to be the fastest here, and its answers are right; not timed yet";
    } else {
      reason =
          "the fastest whose answers are right; by less than %d %% it would not count"
              .formatted(Math.round((WIN - 1) * 100));
    }
    return new ProgramChooser.Loaded(
        new ProgramChoice(won.kind(), reason, List.copyOf(trials)), network);
  }

  /** Takes the program if its answers are right, without timing others. */
  void settle(ProgramTrial trial, Entrant entrant) {
    note(trial);
    if (trial.refusal() == null) {
      close();
      kept = entrant.keep();
      best = trial;
    }
  }

  /** Whether there is a best one. */
  boolean isSettled() {
    return best != null;
  }

  @Override
  public void close() {
    CompiledModel network = kept;
    kept = null;
    if (network != null) {
      network.close();
    }
  }

  /** A program on trial: closed with the trial unless it is kept. */
  static final class Entrant implements AutoCloseable {
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

  private static boolean isBetter(ProgramTrial trial, @Nullable ProgramTrial best) {
    if (trial.refusal() != null || trial.imagesPerSecond() == null) {
      return false;
    }
    return best == null
        || best.imagesPerSecond() == null
        || trial.imagesPerSecond() > WIN * best.imagesPerSecond();
  }
}
