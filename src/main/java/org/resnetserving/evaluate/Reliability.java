package org.resnetserving.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a model is right as often as it says: answers in bins of their confidence, equally wide.
 *
 * @param bins from 0 to 1
 */
record Reliability(List<Bin> bins) {
  /** As many as Guo et al. take. */
  static final int BINS = 15;

  Reliability {
    bins = List.copyOf(bins);
  }

  /**
   * Answers of about the same confidence.
   *
   * @param pictures how many
   * @param confidence their mean; 0 of none
   * @param accuracy the share that is right; 0 of none
   */
  record Bin(int pictures, double confidence, double accuracy) {}

  /** Sorts answers into bins; one on the edge belongs to the lower. */
  static Reliability of(List<Judgement> judgements) {
    int[] pictures = new int[BINS];
    double[] confidences = new double[BINS];
    int[] right = new int[BINS];
    for (Judgement one : judgements) {
      int bin = Math.max(0, Math.min(BINS, (int) Math.ceil(one.confidence() * BINS)) - 1);
      pictures[bin]++;
      confidences[bin] += one.confidence();
      right[bin] += one.right() ? 1 : 0;
    }
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < BINS; i++) {
      int of = Math.max(1, pictures[i]);
      bins.add(new Bin(pictures[i], confidences[i] / of, (double) right[i] / of));
    }
    return new Reliability(bins);
  }

  /**
   * The expected calibration error: by how much confidence and accuracy differ, on the mean of all
   * pictures (Guo et al., On Calibration of Modern Neural Networks, 2017, equation 3).
   */
  double expectedCalibrationError() {
    long pictures = bins.stream().mapToLong(Bin::pictures).sum();
    return bins.stream()
            .mapToDouble(bin -> bin.pictures() * Math.abs(bin.accuracy() - bin.confidence()))
            .sum()
        / Math.max(1, pictures);
  }
}
