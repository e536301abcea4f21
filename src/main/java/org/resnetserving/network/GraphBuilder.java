package org.resnetserving.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the layers that a file of another framework describes, one after the other, and makes a
 * graph of those that its answer needs. Each layer is checked as it is added, so that a refusal can
 * name it. What follows a convolution and is a part of it, such as a bias of its own, makes another
 * convolution; the first is left out if nothing else reads it.
 */
public final class GraphBuilder {
  /** Most layers: the deepest ResNet of the papers, 1202 layers, has about 5000 of these. */
  public static final int MAX_LAYERS = 1 << 14;

  /** Most numbers of a value: 16 times those of a ResNet-152's largest. */
  static final long MAX_ELEMENTS = 1L << 24;

  /** Most rows of a picture that a pooling's size is taken to tell. */
  private static final int MAX_SIDE = 1 << 12;

  private static final int USUAL_SIDE = 224;

  private @Nullable Integer side;
  private final List<Layer> layers = new ArrayList<>();
  private final Map<String, Layer> byName = new HashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Set<String> vectors = new HashSet<>();
  private final String input;

  /**
   * Begins with the normalised pixels.
   *
   * @param side rows and columns of the pictures, where the file says so
   */
  public GraphBuilder(Normalization input, @Nullable Integer side) {
    this.side = side;
    int checked = side == null ? USUAL_SIDE : side;
    shapes.put(Graph.PIXELS, new Shape(input.pixelChannels(), checked, checked));
    this.input = add(new Normalize("input", Graph.PIXELS, input));
  }

  /** The normalised pixels. */
  public String input() {
    return input;
  }

  /** A name that no layer has yet: the wanted one, or one like it. */
  public String name(String wanted) {
    String name = wanted;
    for (int i = 2; shapes.containsKey(name); i++) {
      name = wanted + "#" + i;
    }
    return name;
  }

  /**
   * Adds a layer; returns the value that it makes.
   *
   * @throws IllegalArgumentException if it can't read its inputs, or its name is taken
   */
  public String add(Layer given) {
    Layer layer = Graph.asMatrix(given, vectors);
    List<Shape> inputs = layer.inputs().stream().map(this::shape).toList();
    if (shapes.containsKey(layer.name())) {
      throw new IllegalArgumentException("two layers make " + layer.name());
    }
    if (layers.size() >= MAX_LAYERS) {
      throw new IllegalArgumentException("more than %d layers".formatted(MAX_LAYERS));
    }
    Shape shape = layer.shape(inputs);
    if (shape.elements() > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "%s makes %s; at most %d numbers are made".formatted(layer.name(), shape, MAX_ELEMENTS));
    }
    if (layer.makesVector(layer.inputs().stream().map(vectors::contains).toList())) {
      vectors.add(layer.name());
    }
    shapes.put(layer.name(), shape);
    byName.put(layer.name(), layer);
    layers.add(layer);
    return layer.name();
  }

  /** The layer that makes a value, identities passed over; null for the pixels. */
  public @Nullable Layer maker(String value) {
    Layer layer = byName.get(value);
    while (layer instanceof Identity identity) {
      layer = byName.get(identity.input());
    }
    return layer;
  }

  /**
   * Rows and columns of the pictures that the network was written for: those that the file told, or
   * that the size of a pooling tells; null where any will do.
   */
  public @Nullable Integer side() {
    return side;
  }

  /** The size of a value, for pictures of the side that the file told or else of 224. */
  public Shape shape(String value) {
    Shape shape = shapes.get(value);
    if (shape == null) {
      throw new IllegalArgumentException("%s is read, but nothing makes it".formatted(value));
    }
    return shape;
  }

  /** Whether a value is a vector rather than planes. */
  public boolean isVector(String value) {
    return vectors.contains(value);
  }

  /**
   * Multiplies each channel by a number and adds another: as part of the convolution, matrix or
   * batch norm that made the value, or else as a convolution of single places.
   *
   * @param factor one per channel; null for ones
   * @param shift one per channel; null for zeros
   */
  public String affine(String name, String value, @Nullable Weight factor, @Nullable Weight shift) {
    return add(new Affine(name, factor, shift).after(maker(value), value, isVector(value)));
  }

  /**
   * Joins values by channel. A value that only zeros are joined to is padded with them, which 8-bit
   * programs have a form for.
   */
  public String concat(String name, List<String> values) {
    int from = 0;
    int to = values.size();
    while (from < to && isZero(values.get(from))) {
      from++;
    }
    while (to > from && isZero(values.get(to - 1))) {
      to--;
    }
    if (to - from != 1 || values.size() == 1) {
      return add(new Concat(name, values));
    }
    add(new Concat(name(name + ".joined"), values)); // refuses what does not fit, and is left out
    int before = channels(values.subList(0, from));
    return add(
        new PadChannels(
            name, values.get(from), before, channels(values.subList(to, values.size()))));
  }

  private boolean isZero(String value) {
    return maker(value) instanceof Scale scale && scale.factor() == 0;
  }

  private int channels(List<String> values) {
    return values.stream().mapToInt(value -> shape(value).channels()).sum();
  }

  /**
   * The vector that a value is, or that it must be where a matrix reads it: then an average pooling
   * made it whose window covers the whole map, and that tells for which pictures the network is.
   *
   * @param name of the pooling, if one is needed
   * @throws IllegalArgumentException if it can't be a vector
   */
  public String vector(String name, String value) {
    if (isVector(value)) {
      return value;
    }
    if (!(maker(value) instanceof AveragePool pool)
        || !pool.window()
            .equals(Window.square(pool.window().height(), pool.window().stride(), 0))) {
      throw new IllegalArgumentException(
          "%s, %s, is no vector, nor made by an average pooling".formatted(value, shape(value)));
    }
    int rows = pool.window().height();
    Shape map = shape(pool.input());
    if (side == null) {
      side = sideOf(pool.input(), rows);
    } else if (map.height() != rows || map.width() != rows) {
      throw new IllegalArgumentException(
          "%s pools %d×%d of %s, where the whole map is wanted"
              .formatted(pool.name(), rows, rows, map));
    }
    return add(new GlobalAveragePool(name, pool.input()));
  }

  /** The largest pictures for which a value has that many rows; a multiple of them, if one does. */
  private int sideOf(String value, int rows) {
    int low = 0;
    int high = MAX_SIDE + 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (rows(value, middle) <= rows) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (low == 0 || low == MAX_SIDE || rows(value, low) != rows) {
      throw new IllegalArgumentException(
          "no pictures of up to %d rows give %s %d rows".formatted(MAX_SIDE, value, rows));
    }
    int whole = low - low % rows;
    return rows(value, whole) == rows ? whole : low;
  }

  /** Rows of a value for pictures of a side; 0 if they are too small. */
  private int rows(String value, int side) {
    Map<String, Shape> sizes = new HashMap<>();
    sizes.put(Graph.PIXELS, new Shape(shape(Graph.PIXELS).channels(), side, side));
    try {
      for (Layer layer : needed(List.of(value))) {
        sizes.put(layer.name(), layer.shape(layer.inputs().stream().map(sizes::get).toList()));
      }
    } catch (IllegalArgumentException e) {
      return 0;
    }
    Shape size = sizes.get(value);
    return size == null ? 0 : size.height();
  }

  /** The layers that some values need, in order. */
  private List<Layer> needed(List<String> values) {
    Set<String> names = new HashSet<>(values);
    Deque<String> open = new ArrayDeque<>(names);
    while (!open.isEmpty()) {
      Layer layer = byName.get(open.pop());
      if (layer != null) {
        layer.inputs().stream().filter(names::add).forEach(open::push);
      }
    }
    return layers.stream().filter(layer -> names.contains(layer.name())).toList();
  }

  /**
   * The graph that ends at a value: at the logits, or at pooled features if nothing follows the
   * pooling.
   *
   * @throws IllegalArgumentException if the value is no vector
   */
  public Graph build(String output) {
    if (!isVector(output)) {
      throw new IllegalArgumentException(
          "the network ends at %s, %s, where a number for each class is wanted"
              .formatted(output, shape(output)));
    }
    if (maker(output) instanceof GlobalAveragePool pool) {
      return new Graph(needed(List.of(pool.name())), null, pool.name(), pool.input());
    }
    return Graph.endingAt(needed(List.of(output)), output);
  }

  /** What a graph has, for people: such as "53 convolutions, 16 additions, 1000 classes". */
  public static String describe(Graph graph) {
    return "%d convolutions, %d additions, %s"
        .formatted(
            graph.layers().stream().filter(Convolution.class::isInstance).count(),
            graph.layers().stream().filter(Add.class::isInstance).count(),
            graph.logits() == null ? "no classes" : graph.classes() + " classes");
  }
}
