package org.resnetserving.evaluate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two precisions on the same pictures.
 *
 * @param pictures that both have an answer to
 * @param same whose answers are the same class
 * @param onlyReference on which the reference alone is right
 * @param onlyOther on which the other alone is right
 */
record Comparison(int pictures, int same, int onlyReference, int onlyOther) {

  /**
   * Compares picture by picture.
   *
   * @param reference what became of each picture; null where there was no answer
   * @param other the same in the other precision
   */
  static Comparison of(List<@Nullable Judgement> reference, List<@Nullable Judgement> other) {
    int pictures = 0;
    int same = 0;
    int onlyReference = 0;
    int onlyOther = 0;
    for (int i = 0; i < reference.size(); i++) {
      Judgement one = reference.get(i);
      Judgement two = other.get(i);
      if (one != null && two != null) {
        pictures++;
        same += one.answered() == two.answered() ? 1 : 0;
        onlyReference += one.right() && !two.right() ? 1 : 0;
        onlyOther += two.right() && !one.right() ? 1 : 0;
      }
    }
    return new Comparison(pictures, same, onlyReference, onlyOther);
  }

  /** What the other gains in accuracy, as a share; negative where it loses. */
  double gain() {
    return pictures == 0 ? 0 : (double) (onlyOther - onlyReference) / pictures;
  }

  /** Where the gain lies. */
  Interval gainInterval() {
    return Interval.ofPairedDifference(onlyReference, onlyOther, pictures);
  }

  /**
   * How probable so unequal a pair of counts is, or a more unequal one, if both are right equally
   * often: McNemar's test in its exact form, of the binomial distribution, two-sided.
   */
  double mcNemar() {
    int discordant = onlyReference + onlyOther;
    int fewer = Math.min(onlyReference, onlyOther);
    double logTerm = -discordant * Math.log(2);
    double sum = 0;
    for (int k = 0; k <= fewer; k++) {
      sum += Math.exp(logTerm);
      logTerm += Math.log(discordant - k) - Math.log(k + 1);
    }
    return Math.min(1, 2 * sum);
  }
}
