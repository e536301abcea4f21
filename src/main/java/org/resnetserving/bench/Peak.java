package org.resnetserving.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Linear;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Normalize;
import org.resnetserving.network.Relu;
import org.resnetserving.network.Weight;
import org.resnetserving.network.Window;

/**
 * How much of what this processor can do a network gets out of it, in multiplications with a
 * weight, each with its addition (MAC).
 *
 * @param networkGigaMacs that the network does in a second, on all workers together
 * @param peakGigaMacs that libtorch does in a second where nothing is in the way: in {@link
 *     #matrices}, in the same precision, on as many workers
 */
record Peak(double networkGigaMacs, double peakGigaMacs) {
  /** Side of the picture that {@link #matrices} reads. */
  static final int SIDE = 28;

  private static final int CHANNELS = 512;
  private static final int PRODUCTS = 8;
  private static final double EPSILON = 1e-5;

  /** Percent. */
  double share() {
    return 100 * networkGigaMacs / peakGigaMacs;
  }

  /**
   * A proxy of the processor's own peak: a chain of eight convolutions of one pixel, each of which
   * is a product of a 784 × 512 matrix and a 512 × 512 one, with the ReLU that every program fuses.
   * It goes through the same compiler and libtorch as networks do, so it is what a network could
   * reach with these kernels, not what the processor's manual promises.
   */
  static Graph matrices() {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Normalize("input", Graph.PIXELS, Normalization.IMAGENET));
    String last = "input";
    int channels = 3;
    for (int i = 0; i < PRODUCTS; i++) {
      String name = "product" + i;
      layers.add(
          new Convolution(
              name, last, weight(name, CHANNELS, channels), null, Window.square(1, 1, 0)));
      layers.add(
          new BatchNorm(
              name + ".norm", name, constant(1), constant(0), constant(0), constant(1), EPSILON));
      last = name + ".relu";
      layers.add(new Relu(last, name + ".norm"));
      channels = CHANNELS;
    }
    layers.add(new GlobalAveragePool("pool", last));
    layers.add(
        new Linear(
            "logits",
            "pool",
            new Weight("logits", new int[] {2, CHANNELS}, () -> random(2, 2 * CHANNELS)),
            new Weight("logits.bias", new int[] {2}, () -> new float[2])));
    return new Graph(layers, "logits", "pool", last);
  }

  private static Weight weight(String name, int out, int in) {
    return new Weight(name, new int[] {out, in, 1, 1}, () -> random(in, out * in));
  }

  private static Weight constant(float value) {
    return new Weight(
        "constant",
        new int[] {CHANNELS},
        () -> {
          float[] values = new float[CHANNELS];
          Arrays.fill(values, value);
          return values;
        });
  }

  /** So that what a layer of that many inputs makes is about as large as what it reads. */
  private static float[] random(int inputs, int count) {
    SplittableRandom random = new SplittableRandom(count);
    double scale = Math.sqrt(6.0 / inputs);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((random.nextDouble() * 2 - 1) * scale);
    }
    return values;
  }
}
