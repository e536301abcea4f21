package org.resnetserving.dataplane;

import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.Labels;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.Ranking;
import org.resnetserving.serving.Ranking.Ranked;

/**
 * What is said of a picture, as a client asked for it.
 *
 * @param predictions the most probable first
 * @param unsure whether the most probable class is less probable than the threshold: the answer is
 *     then more likely wrong than right, as measured for the model. Null where there is no
 *     threshold
 * @param rollup the answer as fine as it is certain; null where it was not asked for
 */
public record Classification(
    List<RankedLabel> predictions, @Nullable Boolean unsure, @Nullable RollUp rollup) {

  /**
   * Nothing if the answers that are asked for can be given.
   *
   * @throws ProblemException (ANSWER_UNAVAILABLE) saying what stands against it
   */
  static void requireAnswerable(
      ClassifyParameters parameters, Labels labels, Activation activation) {
    if (activation != Activation.SOFTMAX) {
      if (parameters.rollup() != null) {
        throw needsSoftmax("A roll-up", activation);
      }
      if (parameters.unsureBelow() != null) {
        throw needsSoftmax("'unsure'", activation);
      }
    }
    if (parameters.rollup() != null) {
      RollUp.requireTaxonomy(labels);
    }
  }

  private static ProblemException needsSoftmax(String what, Activation activation) {
    return new ProblemException(
        ProblemType.ANSWER_UNAVAILABLE,
        "%s needs probabilities of which one class has them all (softmax); this model has %s."
            .formatted(
                what,
                activation == Activation.SIGMOID
                    ? "a probability for each label by itself (sigmoid)"
                    : "outputs that are no probabilities (none)"));
  }

  /**
   * Ranks and judges.
   *
   * @param values one per class: probabilities, or outputs as they are
   * @param activation that they are of
   * @param thresholds how large each must be to be told, by its index
   */
  static Classification of(
      double[] values,
      Activation activation,
      Labels labels,
      ClassifyParameters parameters,
      IntToDoubleFunction thresholds) {
    Set<Integer> named = parameters.labels();
    IntPredicate allowed = index -> named == null || named.contains(index);
    List<Ranked> ranked = Ranking.top(values, allowed, parameters.topK(), thresholds);
    Ranked best =
        ranked.isEmpty()
            ? Ranking.top(values, allowed, 1, index -> Double.NEGATIVE_INFINITY).get(0)
            : ranked.get(0);
    Double threshold = parameters.unsureBelow();
    Double rollup = parameters.rollup();
    return new Classification(
        ranked.stream()
            .map(one -> RankedLabel.of(labels.get(one.index()), one.probability(), activation))
            .toList(),
        threshold == null ? null : best.probability() < threshold,
        rollup == null ? null : RollUp.of(values, best.index(), labels, rollup));
  }
}
