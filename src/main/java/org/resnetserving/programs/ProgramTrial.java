package org.resnetserving.programs;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.ProgramKind;

/**
 * What became of a program that was tried.
 *
 * @param kind of program
 * @param imagesPerSecond of all workers together, at the largest batch; null if it was not timed
 * @param difference root mean square difference of its logits from the plain program's, in standard
 *     deviations of those; null if it was not compared
 * @param refusal why it is not used, or null if it could be
 */
public record ProgramTrial(
    ProgramKind kind,
    @Nullable Double imagesPerSecond,
    @Nullable Double difference,
    @Nullable String refusal) {

  /** Refuses what another version may have written. */
  public ProgramTrial {
    Objects.requireNonNull(kind);
  }

  /** Why a program is left out that a process died of. */
  static final String KILLED = "two processes died of late while they tried it";

  static ProgramTrial refused(ProgramKind kind, String why) {
    return new ProgramTrial(kind, null, null, why);
  }

  /** What became of it in a sentence, for the log and the terminal. */
  public String sentence() {
    String name = program(kind);
    if (refusal != null) {
      return "%s is not used: %s".formatted(name, refusal);
    }
    return imagesPerSecond == null
        ? "%s is %.2g deviations from plain, and was not timed".formatted(name, difference)
        : "%s runs %.1f pictures/s, %.2g deviations from plain"
            .formatted(name, imagesPerSecond, difference);
  }

  /** A program's name, as answers give it. */
  public static String program(ProgramKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
