package org.resnetserving.evaluate;

/**
 * Where a share, or the difference of two, lies with 95 % confidence.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {
  /** The 97.5 % quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * Of a share that was counted: Wilson's score interval (Journal of the American Statistical
   * Association 22, 1927). Nothing is known of a share of nothing: 0 to 1.
   *
   * @param counted 0 to {@code of}
   * @param of how many were looked at
   */
  static Interval wilson(int counted, int of) {
    if (of == 0) {
      return new Interval(0, 1);
    }
    double share = (double) counted / of;
    double square = Z * Z / of;
    double centre = share + square / 2;
    double half = Z * Math.sqrt(share * (1 - share) / of + square / (4.0 * of));
    // Rounding may step over the ends.
    return new Interval(
        counted == 0 ? 0 : (centre - half) / (1 + square),
        counted == of ? 1 : (centre + half) / (1 + square));
  }

  /**
   * Of the difference of two shares that were counted on the same pictures: Wald's interval after
   * half a picture was added to each of the four cells (Agresti and Min, Statistics in Medicine 24,
   * 2005).
   *
   * @param onlyOne pictures counted for the first alone
   * @param onlyOther pictures counted for the second alone
   * @param of pictures in all
   * @return of the second share less the first
   */
  static Interval ofPairedDifference(int onlyOne, int onlyOther, int of) {
    double one = onlyOne + 0.5;
    double other = onlyOther + 0.5;
    double all = of + 2.0;
    double difference = (other - one) / all;
    double half = Z * Math.sqrt((one + other) - (other - one) * (other - one) / all) / all;
    return new Interval(Math.max(-1, difference - half), Math.min(1, difference + half));
  }
}
