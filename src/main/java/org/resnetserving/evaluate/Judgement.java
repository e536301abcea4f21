package org.resnetserving.evaluate;

/**
 * What became of a picture whose class is known.
 *
 * @param answered the most probable class; of several the first
 * @param confidence its probability
 * @param rank how many classes come before the right one; 0 if the answer is right
 * @param logLoss the negative natural logarithm of the right one's probability
 */
record Judgement(int answered, double confidence, int rank, double logLoss) {

  /**
   * Judges an answer.
   *
   * @param probabilities one for each class
   * @param truth the right one
   */
  static Judgement of(double[] probabilities, int truth) {
    double right = probabilities[truth];
    int best = 0;
    int rank = 0;
    for (int i = 0; i < probabilities.length; i++) {
      best = probabilities[i] > probabilities[best] ? i : best;
      rank += probabilities[i] > right || (probabilities[i] == right && i < truth) ? 1 : 0;
    }
    // A probability of zero is one too small for a double.
    return new Judgement(
        best, probabilities[best], rank, -Math.log(Math.max(Double.MIN_VALUE, right)));
  }

  boolean right() {
    return rank == 0;
  }
}
