package org.resnetserving.torchexport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Identity;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Normalize;
import org.resnetserving.network.Shape;
import org.resnetserving.network.Sigmoid;
import org.resnetserving.network.Weight;
import org.resnetserving.weights.FileBytes;

/**
 * Walks through a program's steps and makes a layer of each that computes. What a step that writes
 * into its input changes is changed under every name that the input has.
 */
final class AtenGraph {
  /** Sizes are followed for pictures of this size where the program takes any. */
  private static final int ANY_SIDE = 224;

  private final FileBytes file;
  private final ExportedProgram program;
  private final @Nullable Integer side;
  private final Map<String, AtenValue> values = new HashMap<>();
  private final Map<String, AtenWeight> weights = new HashMap<>();
  private final List<Layer> layers = new ArrayList<>();
  private final Map<String, Shape> shapes = new HashMap<>();

  private AtenGraph(FileBytes file, ExportedProgram program, Normalization input) {
    this.file = file;
    this.program = program;
    program.weights().forEach((name, weight) -> weights.put(name, AtenWeight.of(weight)));
    List<Integer> sizes = program.sizes();
    int channels = input.channels();
    boolean channelsFirst = sizes.size() == 4 && sizes.get(1) == channels;
    if (!channelsFirst && (sizes.size() != 4 || sizes.get(3) != channels)) {
      throw file.refuse(
          "takes an input of sizes %s (-2: any), and the preset gives pictures of %d channels"
              .formatted(sizes, channels));
    }
    int height = sizes.get(channelsFirst ? 2 : 1);
    int width = sizes.get(channelsFirst ? 3 : 2);
    if (height > 0 && width > 0 && height != width) {
      throw file.refuse("takes pictures of %d×%d; only square ones".formatted(height, width));
    }
    this.side = height > 0 && width > 0 ? (Integer) height : null;
    int nominal = side == null ? ANY_SIDE : side;
    shapes.put(Graph.PIXELS, new Shape(input.pixelChannels(), nominal, nominal));
    String first = program.picture() + " normalized";
    add(new Normalize(first, Graph.PIXELS, input));
    values.put(program.picture(), new AtenValue(first, channelsFirst ? AtenValue.PLANES : "BHWC"));
  }

  /**
   * Makes the layers.
   *
   * @param input what is done to the pixels first
   */
  static AtenGraph of(FileBytes file, ExportedProgram program, Normalization input) {
    AtenGraph graph = new AtenGraph(file, program, input);
    AtenOps ops = new AtenOps(graph);
    for (AtenNode node : program.nodes()) {
      graph.step(node, ops);
    }
    return graph;
  }

  private void step(AtenNode node, AtenOps ops) {
    if (node.outputs().isEmpty()) {
      return; // sizes, and checks of them
    }
    String name = node.outputs().get(0);
    if (values.containsKey(name) || weights.containsKey(name)) {
      throw node.refuse("makes a value that is there already");
    }
    String from = node.arguments().containsKey("self") ? "self" : "input";
    if (node.hasTensor(from) && weights.containsKey(node.tensor(from)) && !isSum(node.op())) {
      weights.put(name, weight(node, from).moved(node));
      return;
    }
    AtenValue made = ops.value(node);
    String op = node.op();
    if (op.contains("_.")) {
      String written = value(node, from).layer();
      values.replaceAll(
          (alias, value) -> value.layer().equals(written) ? value.of(made.layer()) : value);
    }
    values.put(name, made);
  }

  /** Ops whose first argument is the bias. */
  private static boolean isSum(String op) {
    return Set.of("addmm.default").contains(op);
  }

  /** A value that a step reads. */
  AtenValue value(AtenNode node, String argument) {
    return value(node, argument, node.tensor(argument));
  }

  AtenValue value(AtenNode node, String argument, String name) {
    AtenValue value = values.get(name);
    if (value == null) {
      throw node.refuse(
          "reads %s as %s, which is nothing that was computed from the picture"
              .formatted(FileBytes.printable(name), argument));
    }
    if (value.isProbability()) {
      throw node.refuse("reads probabilities; nothing is read behind a softmax");
    }
    return value;
  }

  /** A tensor of the file that a step reads. */
  AtenWeight weight(AtenNode node, String argument) {
    AtenWeight weight = weights.get(node.tensor(argument));
    if (weight == null) {
      throw node.refuse(
          "reads %s as %s, which is no tensor of the file"
              .formatted(FileBytes.printable(node.tensor(argument)), argument));
    }
    return weight;
  }

  /** A tensor that a step may do without. */
  @Nullable Weight optionalWeight(AtenNode node, String argument) {
    return node.has(argument) ? weight(node, argument).asItIs(node) : null;
  }

  /** Adds a layer. */
  void add(Layer layer) {
    List<Shape> inputs = new ArrayList<>();
    for (String in : layer.inputs()) {
      inputs.add(shape(in));
    }
    shapes.put(layer.name(), layer.shape(inputs));
    layers.add(layer);
  }

  /** The size of a layer's value. */
  Shape shape(String layer) {
    Shape shape = shapes.get(layer);
    if (shape == null) {
      throw new IllegalArgumentException("no value " + layer);
    }
    return shape;
  }

  /** What was made. */
  ImportedNetwork imported() {
    AtenValue answer = values.get(program.answer());
    if (answer == null || !answer.axes().replace("1", "").equals(AtenValue.VECTOR)) {
      throw file.refuse("ends with a value that is not one number per class and picture");
    }
    String last = answer.layer();
    Activation activation = answer.isProbability() ? Activation.SOFTMAX : null;
    if (layers.get(layers.size() - 1) instanceof Sigmoid sigmoid && sigmoid.name().equals(last)) {
      layers.remove(layers.size() - 1);
      last = sigmoid.input();
      activation = Activation.SIGMOID;
    }
    Graph graph = Graph.endingAt(layers, last);
    Layer end = graph.layer(last);
    while (end instanceof Identity identity) {
      end = graph.layer(identity.input());
    }
    if (activation == null && end instanceof GlobalAveragePool pool) {
      graph = new Graph(layers, null, pool.name(), pool.input());
    }
    return new ImportedNetwork(graph, activation, side, structure(graph), file::close);
  }

  private static String structure(Graph graph) {
    long convolutions =
        graph.layers().stream().filter(layer -> layer instanceof Convolution).count();
    return "%d convolutions, %d classes".formatted(convolutions, graph.classes());
  }
}
