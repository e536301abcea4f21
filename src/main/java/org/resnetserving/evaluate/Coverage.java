package org.resnetserving.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What it would bring to keep back the least confident answers (Geifman and El-Yaniv, Selective
 * Classification for Deep Neural Networks, 2017).
 *
 * @param share of the pictures whose answers are given, 0 to 1
 * @param threshold the least confidence among those
 * @param accuracy the share of those that is right
 */
record Coverage(double share, double threshold, double accuracy) {

  /**
   * Several shares, the smallest first, the last of all pictures.
   *
   * @param steps how many at most
   */
  static List<Coverage> of(List<Judgement> judgements, int steps) {
    List<Judgement> sorted =
        judgements.stream()
            .sorted(Comparator.comparingDouble(Judgement::confidence).reversed())
            .toList();
    List<Coverage> points = new ArrayList<>();
    int right = 0;
    int step = 1;
    for (int given = 1; given <= sorted.size(); given++) {
      right += sorted.get(given - 1).right() ? 1 : 0;
      if ((long) given * steps >= (long) step * sorted.size()) {
        points.add(
            new Coverage(
                (double) given / sorted.size(),
                sorted.get(given - 1).confidence(),
                (double) right / given));
        step = (int) ((long) given * steps / sorted.size()) + 1;
      }
    }
    return points;
  }
}
