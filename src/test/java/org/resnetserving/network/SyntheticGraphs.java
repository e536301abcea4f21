package org.resnetserving.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Small graphs that no ResNet is, for what other formats' files may bring. */
public final class SyntheticGraphs {
  private static final Normalization GREY = new Normalization(255, List.of(0.5f), List.of(0.25f));

  private SyntheticGraphs() {}

  /** Every kind of layer at least once, some where no pass may touch them. */
  public static Graph everyLayer() {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Normalize("in", Graph.PIXELS, Normalization.IMAGENET));
    layers.add(new Identity("same", "in"));
    layers.add(new Pad("pad", "same", 0, 0, 1, 1));
    layers.add(
        new Convolution(
            "conv", "pad", weight("conv", 4, 3, 3, 3), weight("bias", 4), Window.square(3, 2, 0)));
    layers.add(norm("bn", "conv", 4));
    layers.add(norm("preactivation", "bn", 4));
    layers.add(new Relu("relu", "preactivation"));
    layers.add(new MaxPool("pool", "relu", Window.square(3, 2, 0), true));
    layers.add(
        new Convolution(
            "asymmetric", "pool", weight("a", 4, 4, 3, 3), null, new Window(3, 3, 1, 0, 1, 2, 1)));
    layers.add(new Add("sum", "asymmetric", "pool"));
    layers.add(new Relu("sum.relu", "sum"));
    layers.add(new Subsample("half", "sum.relu", 2));
    layers.add(new Scale("nothing", "half", 0));
    layers.add(new Concat("wide", List.of("half", "nothing")));
    layers.add(new PadChannels("wider", "half", 1, 3));
    layers.add(new Add("both", "wide", "wider"));
    layers.add(new Relu("positive", "both"));
    layers.add(
        new Convolution(
            "grouped",
            "positive",
            weight("g", 8, 2, 3, 3),
            weight("gb", 8),
            new Window(3, 3, 1, 2, 2, 2, 2, 2),
            4));
    layers.add(new GlobalAveragePool("squeeze", "grouped"));
    layers.add(
        new Convolution(
            "reduce", "squeeze", weight("r", 4, 8, 1, 1), weight("rb", 4), Window.square(1, 1, 0)));
    layers.add(norm("reduce.norm", "reduce", 4));
    layers.add(new Relu("reduce.relu", "reduce.norm"));
    layers.add(new Linear("expand", "reduce.relu", weight("e", 8, 4), weight("eb", 8)));
    layers.add(new Sigmoid("excite", "expand"));
    layers.add(new Multiply("excited", "excite", "grouped"));
    layers.add(new Multiply("squared", "excited", "excited"));
    layers.add(new AveragePool("smooth", "squared", new Window(3, 3, 2, 1, 1, 1, 1), true, false));
    layers.add(
        new AveragePool("smooth.counted", "squared", new Window(3, 2, 2, 1, 1, 1, 1), true, true));
    layers.add(new Pad("narrower", "smooth.counted", 0, 0, 0, 0));
    layers.add(new Relu("map", "smooth"));
    layers.add(new MaxPool("most", "map", new Window(3, 3, 2, 0, 0, 2, 1), false));
    layers.add(new GlobalAveragePool("most.mean", "most"));
    layers.add(new GlobalAveragePool("counted.mean", "narrower"));
    layers.add(new GlobalAveragePool("mean", "map"));
    layers.add(new ChannelConvolution("neighbours", "mean", weight("n", 1, 1, 3)));
    layers.add(new Add("means.1", "neighbours", "most.mean"));
    layers.add(new Add("means", "means.1", "counted.mean"));
    layers.add(new Linear("fc", "means", weight("fc", 5, 8), null));
    return new Graph(layers, "fc", "mean", "map");
  }

  /** Only the input's normalisation; its feature map is what the first layer would read. */
  public static Graph normalizeOnly(Normalization how) {
    return new Graph(
        List.of(
            new Normalize("in", Graph.PIXELS, how),
            new GlobalAveragePool("mean", "in"),
            new Linear("fc", "mean", weight("fc", 2, how.channels()), null)),
        "fc",
        "mean",
        "in");
  }

  /**
   * Batch norm and relu before convolutions, padded on two sides alone, as Keras' networks have.
   */
  public static Graph preactivation() {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Normalize("in", Graph.PIXELS, GREY));
    Window stem = new Window(3, 3, 2, 0, 0, 1, 1);
    layers.add(new Convolution("stem", "in", weight("w", 8, 1, 3, 3), weight("b", 8), stem));
    String last = "stem";
    for (int block = 0; block < 3; block++) {
      String name = "block" + block;
      Window window = Window.square(3, 1, 1);
      layers.add(norm(name + ".bn", last, 8));
      layers.add(new Relu(name + ".relu", name + ".bn"));
      layers.add(
          new Convolution(
              name + ".conv", name + ".relu", weight(name + "c", 8, 8, 3, 3), null, window));
      layers.add(new Add(name, name + ".conv", last));
      last = name;
    }
    layers.add(norm("bn", last, 8));
    layers.add(new Relu("map", "bn"));
    layers.add(new GlobalAveragePool("mean", "map"));
    layers.add(new Linear("fc", "mean", weight("fc", 5, 8), null));
    return Graph.endingAt(layers, "fc");
  }

  /** Ends with pooled features: no logits. */
  public static Graph headless() {
    return new Graph(pooled(Window.square(2, 2, 0)).layers().subList(0, 5), null, "mean", "pool");
  }

  /** Ends with a convolution per class, whose planes are then averaged: no features. */
  public static Graph convolutionalHead() {
    List<Layer> layers = new ArrayList<>(headless().layers().subList(0, 4));
    Window one = Window.square(1, 1, 0);
    layers.add(new Convolution("score", "pool", weight("s", 5, 8, 1, 1), weight("sb", 5), one));
    layers.add(new AveragePool("logits", "score", Window.square(4, 1, 0), false, false));
    return Graph.endingAt(layers, "logits");
  }

  /** A convolution, a relu and a pooling. */
  public static Graph pooled(Window window) {
    return new Graph(
        List.of(
            new Normalize("in", Graph.PIXELS, Normalization.IMAGENET),
            new Convolution("conv", "in", weight("c", 8, 3, 3, 3), null, Window.square(3, 1, 1)),
            new Relu("relu", "conv"),
            new MaxPool("pool", "relu", window, false),
            new GlobalAveragePool("mean", "pool"),
            new Linear("fc", "mean", weight("fc", 2, 8), null)),
        "fc",
        "mean",
        "pool");
  }

  /** A network that can be loaded and fails on pictures that are smaller than its window. */
  public static Graph failingOver(int window) {
    return new Graph(
        List.of(
            new Normalize("in", Graph.PIXELS, Normalization.IMAGENET),
            new Convolution(
                "conv", "in", weight("c", 2, 3, window, window), null, Window.square(window, 1, 0)),
            new GlobalAveragePool("mean", "conv"),
            new Linear("fc", "mean", weight("fc", 2, 2), null)),
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
    return new BatchNorm(
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
