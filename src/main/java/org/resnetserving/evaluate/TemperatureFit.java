package org.resnetserving.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.network.Activation;
import org.resnetserving.serving.Ranking;

/**
 * Finds what a network's logits should be divided by, so that it is right as often as it says (Guo
 * et al., On Calibration of Modern Neural Networks, 2017, section 4.2). No answer changes its place
 * by that, only its probability.
 *
 * @param precision that the logits were computed in
 * @param temperature that was found
 * @param fitted pictures that it was found on
 * @param held pictures that had no part in that
 * @param checks how calibrated the network is on those, at several temperatures
 */
public record TemperatureFit(
    String precision, double temperature, int fitted, int held, List<Check> checks) {
  /** Fewer pictures than this tell nothing. */
  public static final int LEAST = 100;

  /** More pictures than this are not asked about. */
  public static final int MOST = 10_000;

  /** Logits that are held in memory at most, 64 MiB of them: of many classes fewer pictures. */
  static final int MOST_LOGITS = 1 << 24;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /** Of the temperature's logarithm: far finer than the pictures tell. */
  private static final double TOLERANCE = 1e-5;

  /** Keeps its own list. */
  public TemperatureFit {
    checks = List.copyOf(checks);
  }

  /**
   * How calibrated a network is.
   *
   * @param temperature at which
   * @param logLoss the mean of −ln(the right class's probability)
   * @param calibrationError the expected one; see {@link Reliability}
   */
  public record Check(double temperature, double logLoss, double calibrationError) {}

  /** What a network says of a picture, and what is right. */
  static final class Sample {
    private final float[] logits;
    private final int truth;

    Sample(float[] logits, int truth) {
      this.logits = logits;
      this.truth = truth;
    }

    /** The negative logarithm of the right class's probability at a temperature. */
    double loss(double temperature) {
      double max = Double.NEGATIVE_INFINITY;
      for (float logit : logits) {
        max = Math.max(max, logit);
      }
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp((logit - max) / temperature);
      }
      return Math.log(sum) + (max - logits[truth]) / temperature;
    }
  }

  /**
   * Fits it on every other sample, the first included, and checks on the rest.
   *
   * @param others temperatures to check, too
   */
  static TemperatureFit of(String precision, List<Sample> samples, List<Double> others) {
    List<Sample> fitted = new ArrayList<>();
    List<Sample> held = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      (i % 2 == 0 ? fitted : held).add(samples.get(i));
    }
    double best = minimum(fitted);
    List<Check> checks = new ArrayList<>();
    checks.add(check(held, 1));
    others.forEach(other -> checks.add(check(held, other)));
    checks.add(check(held, best));
    return new TemperatureFit(precision, best, fitted.size(), held.size(), checks);
  }

  /**
   * Where the mean loss is least, by golden sections. The loss is convex in the temperature's
   * inverse, so it has one minimum in its logarithm.
   */
  private static double minimum(List<Sample> samples) {
    double low = Math.log(ModelDescriptors.LEAST_TEMPERATURE);
    double high = Math.log(ModelDescriptors.MOST_TEMPERATURE);
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double atLeft = loss(samples, Math.exp(left));
    double atRight = loss(samples, Math.exp(right));
    while (high - low > TOLERANCE) {
      if (atLeft < atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = loss(samples, Math.exp(left));
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = loss(samples, Math.exp(right));
      }
    }
    return Math.exp((low + high) / 2);
  }

  private static double loss(List<Sample> samples, double temperature) {
    return samples.stream().mapToDouble(sample -> sample.loss(temperature)).average().orElse(0);
  }

  private static Check check(List<Sample> samples, double temperature) {
    List<Judgement> judgements =
        samples.stream()
            .map(
                sample ->
                    Judgement.of(
                        Ranking.probabilities(sample.logits, Activation.SOFTMAX, temperature),
                        sample.truth))
            .toList();
    return new Check(
        temperature,
        loss(samples, temperature),
        Reliability.of(judgements).expectedCalibrationError());
  }
}
