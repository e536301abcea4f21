package org.resnetserving.bench;

import java.util.List;

/**
 * How a figure changed over a run: its median in the first and in the last tenth of what was
 * sampled, so that neither one garbage collection nor one slow second decides.
 */
record Drift(double first, double last) {
  private static final int PARTS = 10;

  /**
   * Of samples at equal distances.
   *
   * @throws IllegalArgumentException if there are none
   */
  static Drift of(List<Double> samples) {
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("no samples");
    }
    int part = Math.max(1, samples.size() / PARTS);
    return new Drift(
        median(samples.subList(0, part)),
        median(samples.subList(samples.size() - part, samples.size())));
  }

  /** How much larger it is at the end, in percent. */
  double percent() {
    return 100 * (last / first - 1);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get((values.size() - 1) / 2);
  }
}
