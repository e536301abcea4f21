package org.resnetserving.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network as data: layers in an order in which each reads only what came before, and the three
 * values that it answers with. Its input is one value, {@link #PIXELS}: 8-bit pixels by row, column
 * and channel.
 */
public final class Graph {
  /** The value that every network starts from. */
  public static final String PIXELS = "pixels";

  private final List<Layer> layers;
  private final String logits;
  private final String features;
  private final String featureMap;
  private final Map<String, Layer> byName = new HashMap<>();

  /**
   * @param layers each after those that it reads
   * @param logits the value before the softmax, one number per class
   * @param features the pooled features that the last layer reads
   * @param featureMap the feature map that was pooled
   * @throws IllegalArgumentException if a value is made twice, or read before it is made
   */
  public Graph(List<Layer> layers, String logits, String features, String featureMap) {
    this.layers = List.copyOf(layers);
    this.logits = logits;
    this.features = features;
    this.featureMap = featureMap;
    Set<String> made = new HashSet<>(Set.of(PIXELS));
    for (Layer layer : this.layers) {
      for (String input : layer.inputs()) {
        require(made, input, layer.name());
      }
      if (!made.add(layer.name())) {
        throw new IllegalArgumentException("two layers make " + layer.name());
      }
      byName.put(layer.name(), layer);
    }
    for (String tap : taps()) {
      require(made, tap, "the answer");
    }
  }

  private static void require(Set<String> made, String value, String reader) {
    if (!made.contains(value)) {
      throw new IllegalArgumentException(
          "%s reads %s, which nothing before it makes".formatted(reader, value));
    }
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

  /** The value before the softmax, one number per class. */
  public String logits() {
    return logits;
  }

  /** The pooled features. */
  public String features() {
    return features;
  }

  /** The feature map that was pooled. */
  public String featureMap() {
    return featureMap;
  }

  /** The values that the network answers with: logits, pooled features, feature map. */
  public List<String> taps() {
    return List.of(logits, features, featureMap);
  }

  /** The same answers from other layers. */
  public Graph with(List<Layer> layers) {
    return new Graph(layers, logits, features, featureMap);
  }

  /** The same answers, where a value may go by another name, from other layers. */
  Graph with(List<Layer> layers, Map<String, String> renamed) {
    return new Graph(
        layers,
        renamed.getOrDefault(logits, logits),
        renamed.getOrDefault(features, features),
        renamed.getOrDefault(featureMap, featureMap));
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
    shapes.put(PIXELS, new Shape(inputChannels(), height, width));
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

  private int inputChannels() {
    for (Layer layer : layers) {
      if (layer instanceof Layer.Normalize normalize) {
        return normalize.how().channels();
      }
    }
    return 3;
  }

  /** How many classes the network tells apart. */
  public int classes() {
    return layer(logits) instanceof Layer.Linear linear
        ? linear.weight().size(0)
        : of(shapes(224, 224), logits).channels();
  }

  /** The numbers that training changes by gradient; before batch norm is folded, as published. */
  public long parameters() {
    return layers.stream().mapToLong(Layer::parameters).sum();
  }

  /** Multiplications with weights, each with its addition, for one picture of this size. */
  public long multiplyAdds(int height, int width) {
    return table(height, width).stream().mapToLong(Row::multiplyAdds).sum();
  }

  /** What each layer makes and costs, for one picture of this size. */
  public List<Row> table(int height, int width) {
    Map<String, Shape> shapes = shapes(height, width);
    List<Row> rows = new ArrayList<>();
    for (Layer layer : layers) {
      Shape shape = of(shapes, layer.name());
      rows.add(
          new Row(
              layer.name(),
              layer.getClass().getSimpleName(),
              shape,
              layer.parameters(),
              layer.multiplyAdds(shape)));
    }
    return rows;
  }

  /**
   * One layer's line in the table.
   *
   * @param name the value that it makes
   * @param kind what it does
   * @param output the size of that value
   * @param parameters its trained numbers
   * @param multiplyAdds multiplications with weights, each with its addition
   */
  public record Row(String name, String kind, Shape output, long parameters, long multiplyAdds) {}
}
