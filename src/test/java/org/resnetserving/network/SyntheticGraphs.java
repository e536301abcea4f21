package org.resnetserving.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Small graphs that no ResNet is, for what other formats' files may bring. */
public final class SyntheticGraphs {
  private SyntheticGraphs() {}

  /** Every kind of layer at least once, some where no pass may touch them. */
  public static Graph everyLayer() {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Layer.Normalize("in", Graph.PIXELS, Normalization.IMAGENET));
    layers.add(new Layer.Identity("same", "in"));
    layers.add(new Layer.Pad("pad", "same", 0, 0, 1, 1));
    layers.add(
        new Layer.Convolution(
            "conv", "pad", weight("conv", 4, 3, 3, 3), weight("bias", 4), Window.square(3, 2, 0)));
    layers.add(norm("bn", "conv", 4));
    layers.add(norm("preactivation", "bn", 4));
    layers.add(new Layer.Relu("relu", "preactivation"));
    layers.add(new Layer.MaxPool("pool", "relu", Window.square(3, 2, 0), true));
    layers.add(
        new Layer.Convolution(
            "asymmetric", "pool", weight("a", 4, 4, 3, 3), null, new Window(3, 3, 1, 0, 1, 2, 1)));
    layers.add(new Layer.Add("sum", "asymmetric", "pool"));
    layers.add(new Layer.Relu("sum.relu", "sum"));
    layers.add(new Layer.Subsample("half", "sum.relu", 2));
    layers.add(new Layer.Scale("nothing", "half", 0));
    layers.add(new Layer.Concat("wide", List.of("half", "nothing")));
    layers.add(new Layer.PadChannels("wider", "half", 1, 3));
    layers.add(new Layer.Add("both", "wide", "wider"));
    layers.add(new Layer.Relu("map", "both"));
    layers.add(new Layer.GlobalAveragePool("mean", "map"));
    layers.add(new Layer.Linear("fc", "mean", weight("fc", 5, 8), null));
    return new Graph(layers, "fc", "mean", "map");
  }

  /** Only the input's normalisation; its feature map is what the first layer would read. */
  public static Graph normalizeOnly(Normalization how) {
    return new Graph(
        List.of(
            new Layer.Normalize("in", Graph.PIXELS, how),
            new Layer.GlobalAveragePool("mean", "in"),
            new Layer.Linear("fc", "mean", weight("fc", 2, how.channels()), null)),
        "fc",
        "mean",
        "in");
  }

  /** A convolution, a relu and a pooling. */
  public static Graph pooled(Window window) {
    return new Graph(
        List.of(
            new Layer.Normalize("in", Graph.PIXELS, Normalization.IMAGENET),
            new Layer.Convolution(
                "conv", "in", weight("c", 8, 3, 3, 3), null, Window.square(3, 1, 1)),
            new Layer.Relu("relu", "conv"),
            new Layer.MaxPool("pool", "relu", window, false),
            new Layer.GlobalAveragePool("mean", "pool"),
            new Layer.Linear("fc", "mean", weight("fc", 2, 8), null)),
        "fc",
        "mean",
        "pool");
  }

  /** A network that can be loaded and fails on pictures that are smaller than its window. */
  public static Graph failingOver(int window) {
    return new Graph(
        List.of(
            new Layer.Normalize("in", Graph.PIXELS, Normalization.IMAGENET),
            new Layer.Convolution(
                "conv", "in", weight("c", 2, 3, window, window), null, Window.square(window, 1, 0)),
            new Layer.GlobalAveragePool("mean", "conv"),
            new Layer.Linear("fc", "mean", weight("fc", 2, 2), null)),
        "fc",
        "mean",
        "conv");
  }

  /** All the kinds of layer that there are. */
  static List<Class<?>> kinds() {
    List<Class<?>> kinds = new ArrayList<>();
    Deque<Class<?>> open = new ArrayDeque<>(List.of(Layer.class));
    while (!open.isEmpty()) {
      Class<?> next = open.pop();
      if (next.isRecord()) {
        kinds.add(next);
      } else {
        open.addAll(List.of(next.getPermittedSubclasses()));
      }
    }
    return kinds;
  }

  private static Layer norm(String name, String input, int channels) {
    return new Layer.BatchNorm(
        name,
        input,
        weight(name + "g", channels),
        weight(name + "b", channels),
        weight(name + "m", channels),
        new Weight(
            name + "v",
            new int[] {channels},
            () -> {
              float[] variance = weight(name + "v", channels).read();
              for (int i = 0; i < channels; i++) {
                variance[i] = 0.5f + Math.abs(variance[i]);
              }
              return variance;
            }),
        1e-3);
  }

  static Weight weight(String name, int... shape) {
    return new Weight(
        name,
        shape,
        () -> {
          int count = 1;
          for (int size : shape) {
            count *= size;
          }
          Random random = new Random(name.hashCode());
          float[] values = new float[count];
          for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() * 0.5f;
          }
          return values;
        });
  }
}
