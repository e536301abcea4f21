package org.resnetserving.programs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.network.ProgramKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries programs of a network beside the plain one: the one that is expected of the processor on
 * few pictures, or all of them on many, timed. The marker of each trial tells a later start of one
 * that the process died in.
 */
final class Trials {
  private static final Logger log = LoggerFactory.getLogger(Trials.class);

  /** Pictures that tell whether a program is right; why no more are needed is in RATIONALE. */
  private static final int FEW = 8;

  /** How much slower than plain a program may be that was run once, cold: this many times, … */
  private static final double SLOW = 2;

  /** … and so many seconds, for all of the few pictures. */
  private static final double SLOW_SECONDS = 0.1;

  private final NativeEngine engine;
  private final ChoiceMemory memory;
  private final int workers;

  Trials(NativeEngine engine, ChoiceMemory memory, int workers) {
    this.engine = engine;
    this.memory = memory;
    this.workers = workers;
  }

  /** A run of one program, and what is to be thought of it. */
  private interface Trial {
    void of(ProgramContest.Entrant entrant) throws InterruptedException;
  }

  /**
   * Loads the first of the expected programs that answers few pictures as the plain one does, and
   * not much slower than it as far as one cold run can tell.
   *
   * @param expected of the subject's candidates, the best first
   * @throws EngineFailure if there is none
   */
  ProgramChooser.Loaded expected(Subject subject, List<ProgramKind> expected)
      throws IOException, InterruptedException {
    List<Crop> pictures = List.copyOf(subject.pictures().subList(0, FEW));
    try (ProgramContest contest = new ProgramContest()) {
      TrialRun plain;
      try (ProgramContest.Entrant entrant =
          new ProgramContest.Entrant(subject.load(engine, ProgramKind.PLAIN))) {
        plain = TrialRun.once(entrant.network(), pictures, subject.maxBatch(), workers);
        ProgramJudge.requireNumbers(plain.answers());
        if (expected.get(0) == ProgramKind.PLAIN) {
          contest.settle(judgeFew(ProgramKind.PLAIN, plain, plain), entrant);
          return contest.winner(subject);
        }
      }
      boolean mustBeAsFast = subject.candidates().contains(ProgramKind.PLAIN);
      boolean complete = true;
      for (ProgramKind kind : expected) {
        if (contest.isSettled()) {
          break;
        }
        complete &=
            attempt(
                subject,
                kind,
                contest,
                entrant -> {
                  TrialRun run =
                      TrialRun.once(entrant.network(), pictures, subject.maxBatch(), workers);
                  ProgramTrial judged = judgeFew(kind, plain, run);
                  contest.settle(
                      judged.refusal() == null && mustBeAsFast && isSlow(run, plain)
                          ? ProgramTrial.refused(kind, "much slower than plain on a few pictures")
                          : judged,
                      entrant);
                });
      }
      return end(subject, contest, complete);
    }
  }

  /** Whether it is slower by more than a cold run's noise can be. */
  private static boolean isSlow(TrialRun run, TrialRun plain) {
    return FEW / run.imagesPerSecond() > SLOW * FEW / plain.imagesPerSecond() + SLOW_SECONDS;
  }

  private static ProgramTrial judgeFew(ProgramKind kind, TrialRun plain, TrialRun run) {
    return ProgramJudge.judgeFew(kind, plain.answers(), run.answers());
  }

  /**
   * Loads the fastest of all programs whose answers to many pictures are right, and remembers it.
   *
   * @param disturbed whether to stop
   * @throws java.util.concurrent.CancellationException if it was disturbed
   * @throws EngineFailure if none is right
   */
  ProgramChooser.Loaded all(Subject subject, BooleanSupplier disturbed)
      throws IOException, InterruptedException {
    List<Crop> pictures = subject.pictures();
    List<float[]> reference = new ArrayList<>();
    boolean complete = true;
    try (ProgramContest contest = new ProgramContest()) {
      for (ProgramKind kind : withPlain(subject.candidates())) {
        complete &=
            attempt(
                subject,
                kind,
                contest,
                entrant -> {
                  TrialRun run =
                      TrialRun.of(
                          entrant.network(), pictures, subject.maxBatch(), workers, disturbed);
                  if (reference.isEmpty()) {
                    ProgramJudge.requireNumbers(run.answers());
                    reference.addAll(run.answers());
                  }
                  if (subject.candidates().contains(kind)) {
                    contest.enter(
                        ProgramJudge.judge(kind, reference, run.answers(), run.imagesPerSecond()),
                        entrant);
                  }
                });
      }
      return end(subject, contest, complete);
    }
  }

  /** Tries one; false if it was left out because another process may be trying it. */
  private boolean attempt(Subject subject, ProgramKind kind, ProgramContest contest, Trial trial)
      throws IOException, InterruptedException {
    // The plain program is what all builds of libtorch run: it did not kill anybody.
    boolean compared = kind == ProgramKind.PLAIN;
    ChoiceMemory.Past past = compared ? ChoiceMemory.Past.CLEAR : memory.past(subject.key(), kind);
    if (past != ChoiceMemory.Past.CLEAR) {
      boolean killed = past == ChoiceMemory.Past.KILLED;
      contest.note(
          ProgramTrial.refused(
              kind,
              killed
                  ? ProgramTrial.KILLED
                  : ProgramTrial.KILLED + ", or is being tried by another"));
      return killed;
    }
    if (!compared) {
      memory.trying(subject.key(), kind);
    }
    try (ProgramContest.Entrant entrant = new ProgramContest.Entrant(subject.load(engine, kind))) {
      trial.of(entrant);
      if (!compared) {
        memory.absolve(subject.key(), kind);
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
    return true;
  }

  /**
   * What came of it.
   *
   * @param complete else one that was skipped because another process may be trying it would be
   *     left out for good
   */
  private ProgramChooser.Loaded end(Subject subject, ProgramContest contest, boolean complete) {
    contest.trials().forEach(trial -> log.info("{}: {}", subject.model(), trial.sentence()));
    ProgramChooser.Loaded chosen = contest.winner(subject);
    if (complete) {
      memory.remember(subject.key(), chosen.choice());
    } else {
      memory.rememberHere(subject.key(), chosen.choice());
    }
    return chosen;
  }

  private static Set<ProgramKind> withPlain(Set<ProgramKind> others) {
    EnumSet<ProgramKind> all = EnumSet.copyOf(others);
    all.add(ProgramKind.PLAIN);
    return all;
  }
}
