package org.resnetserving.serving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import org.resnetserving.network.Activation;

/** From logits to the most probable classes. */
public final class Ranking {
  private static final Comparator<Ranked> LEAST_PROBABLE_FIRST =
      Comparator.comparingDouble(Ranked::probability)
          .thenComparing(Ranked::index, Comparator.reverseOrder());

  /** A class and its probability. */
  public record Ranked(int index, double probability) {}

  private Ranking() {}

  /**
   * The softmax of the logits over the temperature, in double precision, so that the probabilities
   * sum to one however many classes there are.
   */
  static double[] softmax(float[] logits, double temperature) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp((logits[i] - max) / temperature);
      sum += probabilities[i];
    }
    double total = sum;
    Arrays.setAll(probabilities, i -> probabilities[i] / total);
    return probabilities;
  }

  /**
   * What the network's outputs mean: probabilities, or with no activation the outputs as they are.
   *
   * @param temperature what they are divided by before they become probabilities; 1 changes nothing
   */
  public static double[] probabilities(float[] logits, Activation activation, double temperature) {
    return switch (activation) {
      case SOFTMAX -> softmax(logits, temperature);
      case SIGMOID -> {
        double[] probabilities = new double[logits.length];
        Arrays.setAll(probabilities, i -> 1 / (1 + Math.exp(-logits[i] / temperature)));
        yield probabilities;
      }
      case NONE -> {
        double[] outputs = new double[logits.length];
        Arrays.setAll(outputs, i -> logits[i]);
        yield outputs;
      }
    };
  }

  /**
   * The {@code topK} most probable classes of at least {@code minProbability}, the most probable
   * first; of two equally probable ones the lower index first.
   */
  public static List<Ranked> top(
      float[] logits, Activation activation, int topK, double minProbability) {
    return top(
        probabilities(logits, activation, 1),
        index -> true,
        topK,
        index -> activation == Activation.NONE ? Double.NEGATIVE_INFINITY : minProbability);
  }

  /**
   * The {@code topK} largest of the values that are allowed and reach their threshold.
   *
   * @param allowed by index
   * @param thresholds by index
   */
  public static List<Ranked> top(
      double[] values, IntPredicate allowed, int topK, IntToDoubleFunction thresholds) {
    PriorityQueue<Ranked> best = new PriorityQueue<>(LEAST_PROBABLE_FIRST);
    for (int i = 0; i < values.length; i++) {
      if (values[i] >= thresholds.applyAsDouble(i) && allowed.test(i)) {
        best.add(new Ranked(i, values[i]));
        if (best.size() > topK) {
          best.remove();
        }
      }
    }
    List<Ranked> ranked = new ArrayList<>(best);
    ranked.sort(LEAST_PROBABLE_FIRST.reversed());
    return ranked;
  }
}
