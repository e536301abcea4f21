package org.resnetserving.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network as data: layers in an order in which each reads only what came before, and up to three
 * values that it answers with. Its input is one value, {@link #PIXELS}: 8-bit RGB pixels by row,
 * column and channel.
 */
public final class Graph {
  /** The value that every network starts from. */
  public static final String PIXELS = "pixels";

  private final List<Layer> layers;
  private final @Nullable String logits;
  private final @Nullable String features;
  private final @Nullable String featureMap;
  private final Map<String, Layer> byName = new HashMap<>();
  private final Set<String> vectors = new HashSet<>();

  /**
   * A convolution of one place over a vector is held as the {@link Linear} that it is.
   *
   * @param layers each after those that it reads
   * @param logits the value before the softmax, one number per class; null if the network has no
   *     head
   * @param features the pooled features that the last layer reads; null if there are none
   * @param featureMap the feature map that was pooled; null if there is none
   * @throws IllegalArgumentException if a value is made twice, read before it is made, or of the
   *     wrong kind, or the network answers nothing
   */
  public Graph(
      List<Layer> layers,
      @Nullable String logits,
      @Nullable String features,
      @Nullable String featureMap) {
    this.logits = logits;
    this.features = features;
    this.featureMap = featureMap;
    List<Layer> kept = new ArrayList<>();
    Set<String> made = new HashSet<>(Set.of(PIXELS));
    for (Layer given : layers) {
      for (String input : given.inputs()) {
        require(made, input, given.name());
      }
      Layer layer = asMatrix(given, vectors);
      if (!made.add(layer.name())) {
        throw new IllegalArgumentException("two layers make " + layer.name());
      }
      if (layer.makesVector(layer.inputs().stream().map(vectors::contains).toList())) {
        vectors.add(layer.name());
      }
      byName.put(layer.name(), layer);
      kept.add(layer);
    }
    this.layers = List.copyOf(kept);
    for (String tap : taps()) {
      require(made, tap, "the answer");
    }
    if (logits == null && features == null) {
      throw new IllegalArgumentException("the network answers with neither logits nor features");
    }
    if (featureMap != null && vectors.contains(featureMap)) {
      throw new IllegalArgumentException("the feature map %s is a vector".formatted(featureMap));
    }
  }

  /**
   * A network that ends at {@code logits}; its features and feature map are found from there, if
   * the last layer is a {@link Linear} over pooled planes.
   */
  public static Graph endingAt(List<Layer> layers, String logits) {
    Graph bare = new Graph(layers, logits, null, null);
    if (bare.through(logits) instanceof Linear linear
        && bare.through(linear.input()) instanceof GlobalAveragePool pool) {
      return new Graph(layers, logits, pool.name(), pool.input());
    }
    return bare;
  }

  /** The layer that makes a value, identities passed over; null if it is the pixels. */
  private @Nullable Layer through(String value) {
    Layer layer = byName.get(value);
    while (layer instanceof Identity identity) {
      layer = byName.get(identity.input());
    }
    return layer;
  }

  private static void require(Set<String> made, String value, String reader) {
    if (!made.contains(value)) {
      throw new IllegalArgumentException(
          "%s reads %s, which nothing before it makes".formatted(reader, value));
    }
  }

  /** The matrix that a convolution of one place over a vector is; any other layer as it is. */
  static Layer asMatrix(Layer layer, Set<String> vectors) {
    if (!(layer instanceof Convolution convolution)
        || !vectors.contains(convolution.input())
        || !convolution.window().equals(Window.square(1, convolution.window().stride(), 0))
        || convolution.groups() > 1
        || !convolution.isAlone()) {
      return layer;
    }
    Weight kernel = convolution.weight();
    return new Linear(
        convolution.name(),
        convolution.input(),
        kernel.reshaped(kernel.size(0), kernel.size(1)),
        convolution.bias());
  }

  /** The layers, each after those that it reads. */
  public List<Layer> layers() {
    return layers;
  }

  /** The layer that makes a value. */
  public Layer layer(String name) {
    Layer layer = byName.get(name);
    if (layer == null) {
      throw new IllegalArgumentException("no layer " + name);
    }
    return layer;
  }

  /** Whether a value is a vector, one number per channel, rather than planes. */
  public boolean isVector(String value) {
    return vectors.contains(value);
  }

  /** The value before the softmax, one number per class; null if the network has no head. */
  public @Nullable String logits() {
    return logits;
  }

  /** The pooled features; null if there are none. */
  public @Nullable String features() {
    return features;
  }

  /** The feature map that was pooled; null if there is none. */
  public @Nullable String featureMap() {
    return featureMap;
  }

  /** The values that the network answers with: logits, pooled features, feature map, if there. */
  public List<String> taps() {
    return Stream.of(
            Optional.ofNullable(logits),
            Optional.ofNullable(features),
            Optional.ofNullable(featureMap))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * The matrix that makes the logits of the mean of each plane of the feature map, which a class
   * activation map is made with: its row weighs the planes. Empty where the network ends otherwise.
   */
  public Optional<Linear> head() {
    return logits != null
            && through(logits) instanceof Linear linear
            && through(linear.input()) instanceof GlobalAveragePool pool
            && pool.input().equals(featureMap)
        ? Optional.of(linear)
        : Optional.empty();
  }

  /** The same answers from other layers. */
  public Graph with(List<Layer> layers) {
    return new Graph(layers, logits, features, featureMap);
  }

  /** The same answers, where a value may go by another name, from other layers. */
  Graph with(List<Layer> layers, Map<String, String> renamed) {
    return new Graph(
        layers, named(renamed, logits), named(renamed, features), named(renamed, featureMap));
  }

  private static @Nullable String named(Map<String, String> renamed, @Nullable String value) {
    return value == null ? null : renamed.getOrDefault(value, value);
  }

  /** How often each value is read, the answer included. */
  public Map<String, Integer> uses() {
    Map<String, Integer> uses = new HashMap<>();
    layers.forEach(layer -> layer.inputs().forEach(in -> uses.merge(in, 1, Integer::sum)));
    taps().forEach(tap -> uses.merge(tap, 1, Integer::sum));
    return uses;
  }

  /** The size of every value for pictures of this size, in the order of the layers. */
  public Map<String, Shape> shapes(int height, int width) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(PIXELS, new Shape(pixelChannels(), height, width));
    for (Layer layer : layers) {
      List<Shape> inputs = new ArrayList<>();
      layer.inputs().forEach(in -> inputs.add(of(shapes, in)));
      shapes.put(layer.name(), layer.shape(inputs));
    }
    return shapes;
  }

  private static Shape of(Map<String, Shape> shapes, String name) {
    Shape shape = shapes.get(name);
    if (shape == null) {
      throw new IllegalArgumentException("no value " + name);
    }
    return shape;
  }

  private int pixelChannels() {
    for (Layer layer : layers) {
      if (layer instanceof Normalize normalize) {
        return normalize.how().pixelChannels();
      }
    }
    return 3;
  }

  /** How many classes the network tells apart; 0 if it has no head. */
  public int classes() {
    if (logits == null) {
      return 0;
    }
    return layer(logits) instanceof Linear linear
        ? linear.weight().size(0)
        : of(shapes(224, 224), logits).channels();
  }

  /** The numbers that training changes by gradient; before batch norm is folded, as published. */
  public long parameters() {
    return layers.stream().mapToLong(Layer::parameters).sum();
  }

  /** Multiplications with weights, each with its addition, for one picture of this size. */
  public long multiplyAdds(int height, int width) {
    Map<String, Shape> shapes = shapes(height, width);
    return layers.stream().mapToLong(layer -> layer.multiplyAdds(of(shapes, layer.name()))).sum();
  }
}
