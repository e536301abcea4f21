package org.resnetserving.programs;

import java.util.List;
import java.util.Objects;
import org.resnetserving.network.ProgramKind;

/**
 * Which program a model runs, and why.
 *
 * @param kind of program
 * @param reason in words
 * @param trials of the programs that came into question, at this start or an earlier one
 */
public record ProgramChoice(ProgramKind kind, String reason, List<ProgramTrial> trials) {

  /** Refuses what another version may have written. */
  public ProgramChoice {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(reason);
    trials = List.copyOf(trials);
  }

  /**
   * Whether it won a contest. If not, it is what was expected of the processor: its answers were
   * compared with the plain program's, its speed with nothing.
   */
  public boolean tuned() {
    return trials.stream()
        .anyMatch(trial -> trial.kind() == kind && trial.imagesPerSecond() != null);
  }
}
