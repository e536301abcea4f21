package org.resnetserving.evaluate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of evaluating a model.
 *
 * @param model its name
 * @param folder that the pictures are in
 * @param pictures files in it that were looked at
 * @param classes that they are of
 * @param temperature that its descriptor says; null where it says none
 * @param loose files beside the folders of classes, which were passed over
 * @param unanswered pictures without an answer, in their order
 * @param scores one for each precision; the first is what the others are compared with
 * @param missing precisions that could not be measured
 */
public record Evaluation(
    String model,
    String folder,
    int pictures,
    int classes,
    @Nullable Double temperature,
    int loose,
    List<Unanswered> unanswered,
    List<Score> scores,
    List<Missing> missing) {

  /** Keeps its own lists. */
  public Evaluation {
    unanswered = List.copyOf(unanswered);
    scores = List.copyOf(scores);
    missing = List.copyOf(missing);
  }

  /**
   * A picture without an answer.
   *
   * @param file its name
   * @param precision in which it was asked about first
   * @param problem the type's slug
   * @param detail why
   */
  public record Unanswered(String file, String precision, String problem, String detail) {}

  /** A precision that could not be measured, and why. */
  public record Missing(String precision, String reason) {}

  Score reference() {
    return scores.get(0);
  }

  Comparison compared(Score other) {
    return Comparison.of(reference().judgements(), other.judgements());
  }
}
