package org.resnetserving.serving;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;

/** What became of one picture: a result, or what is wrong with it. */
public final class Outcome {
  private final @Nullable PictureResult result;
  private final @Nullable ProblemException problem;
  private final Lookup lookup;

  private Outcome(
      @Nullable PictureResult result, @Nullable ProblemException problem, Lookup lookup) {
    this.result = result;
    this.problem = problem;
    this.lookup = lookup;
  }

  static Outcome answered(PictureResult result) {
    return new Outcome(result, null, Lookup.NONE);
  }

  static Outcome failed(ProblemException problem) {
    return new Outcome(null, problem, Lookup.NONE);
  }

  /** The same, after the picture was looked for. */
  Outcome after(Lookup found) {
    return new Outcome(result, problem, found);
  }

  /** What looking for the picture among the answers that are kept came to. */
  public Lookup lookup() {
    return lookup;
  }

  /**
   * What the model says.
   *
   * @throws ProblemException if there is no result
   */
  public PictureResult result() {
    if (result == null) {
      throw problem().orElseThrow();
    }
    return result;
  }

  /** Why there is no result; empty where there is one. */
  public Optional<ProblemException> problem() {
    return Optional.ofNullable(problem);
  }

  /** Does something with the result, where there is one. */
  public void ifAnswered(Consumer<PictureResult> action) {
    if (result != null) {
      action.accept(result);
    }
  }
}
