package org.resnetserving.dataplane;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.resnetserving.models.Labels;
import org.resnetserving.models.Taxonomy;
import org.resnetserving.models.Taxonomy.Kind;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * An answer as fine as it can be said with enough certainty: of what the most probable class is a
 * kind of, the first from fine to coarse whose classes together are probable enough. Only its own
 * lineage counts, so that the answer never contradicts it. After Deng et al., <i>Hedging Your
 * Bets</i>, CVPR 2012.
 *
 * @param label name of the kind, or of the class itself
 * @param wnid its WordNet 3.0 id
 * @param probability of all classes of that kind together
 * @param threshold that it had to reach
 * @param path one way from the most probable class up to the kind
 */
public record RollUp(
    @Schema(example = "coffee") String label,
    @Schema(example = "n07929519") String wnid,
    @Schema(minimum = "0", maximum = "1") double probability,
    @Schema(minimum = "0", maximum = "1") double threshold,
    List<Step> path) {

  /** Why this much: see {@code RATIONALE.md}. */
  static final double THRESHOLD = 0.75;

  /**
   * A kind on the way.
   *
   * @param label its name
   * @param wnid its WordNet 3.0 id
   * @param probability of all classes of that kind together
   */
  public record Step(String label, String wnid, double probability) {}

  /**
   * Nothing if it is known what each class is a kind of.
   *
   * @throws ProblemException (ANSWER_UNAVAILABLE) naming a class that is in no taxonomy
   */
  static void requireTaxonomy(Labels labels) {
    taxonomy(labels);
  }

  private static Taxonomy taxonomy(Labels labels) {
    return labels.taxonomy().orElseThrow(() -> unavailable(labels));
  }

  /**
   * Rolls up.
   *
   * @param probabilities of all classes
   * @param best index of the most probable class
   * @param threshold 0 to 1; where it is more than the sum of all, <i>entity</i> is the answer
   * @throws ProblemException (ANSWER_UNAVAILABLE) naming a class that is in no taxonomy
   */
  static RollUp of(double[] probabilities, int best, Labels labels, double threshold) {
    Taxonomy taxonomy = taxonomy(labels);
    List<Kind> lineage = taxonomy.lineage(best);
    Kind found =
        lineage.stream()
            .filter(kind -> kind.sum(probabilities) >= threshold)
            .findFirst()
            .orElse(lineage.get(lineage.size() - 1));
    return new RollUp(
        found.name(),
        found.wnid(),
        probability(found, probabilities),
        threshold,
        taxonomy.way(best, found).stream()
            .map(kind -> new Step(kind.name(), kind.wnid(), probability(kind, probabilities)))
            .toList());
  }

  /** Sums of many may be a little more than one. */
  private static double probability(Kind kind, double[] probabilities) {
    return Math.min(1, kind.sum(probabilities));
  }

  private static ProblemException unavailable(Labels labels) {
    return new ProblemException(
        ProblemType.ANSWER_UNAVAILABLE,
        labels
            .unplaced()
            .map(
                label ->
                    "A roll-up needs to know what each class is a kind of, by WordNet ids of ImageNet-1k's classes; class %d, '%s', %s."
                        .formatted(
                            label.index(),
                            label.name(),
                            label.wnid() == null ? "has no id" : "has " + label.wnid()))
            .orElse("There are no labels to roll up."));
  }
}
