package org.resnetserving.bulk;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.Label;
import org.resnetserving.problem.ProblemException;

/**
 * What became of one picture.
 *
 * @param guesses the most probable class first; none if there is a problem
 * @param problem why there is no answer; null if there is one
 */
public record Answer(List<Guess> guesses, @Nullable ProblemException problem) {

  /**
   * A class that it may be.
   *
   * @param number its probability, or the network's output where the model has no activation
   */
  public record Guess(Label label, double number) {}

  static Answer of(List<Guess> guesses) {
    return new Answer(List.copyOf(guesses), null);
  }

  static Answer of(ProblemException problem) {
    return new Answer(List.of(), problem);
  }
}
