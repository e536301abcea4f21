package org.resnetserving.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.engine.Inference;
import org.resnetserving.network.Activation;

/**
 * What a model says about one picture.
 *
 * @param views what it says of each view; the picture's middle first, which is the only one unless
 *     more were asked for
 * @param batchSize pictures that ran together, this one included; the most, of several views
 * @param warning what is not as it should be with the picture's file, though all of its pixels are
 *     there; null where there is nothing
 */
public record PictureResult(List<View> views, int batchSize, @Nullable String warning) {

  /**
   * A view of the picture.
   *
   * @param inference the network's answer
   * @param times how often it counts
   * @param temperature of its model: what the logits are divided by before they become
   *     probabilities
   */
  public record View(Inference inference, int times, double temperature) {
    double[] probabilities(Activation activation) {
      return Ranking.probabilities(inference.logits(), activation, temperature);
    }
  }

  /** The answer about a picture's middle alone. */
  public PictureResult(Inference inference, int batchSize, @Nullable String warning) {
    this(List.of(new View(inference, 1, 1)), batchSize, warning);
  }

  /** The network's answer about the picture's middle. */
  public Inference inference() {
    return views.get(0).inference();
  }

  /** The network's outputs about the picture's middle, one number per class, as they are. */
  public float[] logits() {
    return inference().logits();
  }

  /**
   * What the outputs mean, one number per class: probabilities at the model's temperature, or with
   * no activation the outputs as they are. Those of several views are averaged.
   */
  public double[] probabilities(Activation activation) {
    if (views.size() == 1) {
      return views.get(0).probabilities(activation);
    }
    double[] mean = new double[inference().logits().length];
    int times = views.stream().mapToInt(View::times).sum();
    for (View view : views) {
      double[] own = view.probabilities(activation);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += own[i] * view.times() / times;
      }
    }
    return mean;
  }

  /** What its numbers take of memory. */
  long bytes() {
    return views.stream().mapToLong(view -> view.inference().bytes()).sum();
  }

  boolean isFinite() {
    return views.stream().allMatch(view -> view.inference().isFinite());
  }
}
