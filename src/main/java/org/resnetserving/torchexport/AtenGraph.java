package org.resnetserving.torchexport;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Graph;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Sigmoid;
import org.resnetserving.network.Weight;
import org.resnetserving.weights.FileBytes;

/**
 * Walks through a program's steps and makes a layer of each that computes. What a step that writes
 * into its input changes is changed under every name that the input has.
 */
final class AtenGraph {
  private final FileBytes file;
  private final ExportedProgram program;
  private final GraphBuilder builder;
  private final Map<String, AtenValue> values = new HashMap<>();
  private final Map<String, AtenWeight> weights = new HashMap<>();

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
    this.builder = new GraphBuilder(input, height > 0 && width > 0 ? (Integer) height : null);
    String axes = channelsFirst ? AtenValue.PLANES : "BHWC";
    values.put(program.picture(), new AtenValue(builder.input(), axes));
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

  /** The layers that there are. */
  GraphBuilder builder() {
    return builder;
  }

  /** What was made. */
  ImportedNetwork imported() {
    AtenValue answer = values.get(program.answer());
    if (answer == null || !answer.axes().replace("1", "").equals(AtenValue.VECTOR)) {
      throw file.refuse("ends with a value that is not one number per class and picture");
    }
    String last = answer.layer();
    Activation activation = answer.isProbability() ? Activation.SOFTMAX : null;
    if (activation == null && builder.maker(last) instanceof Sigmoid sigmoid) {
      last = sigmoid.input();
      activation = Activation.SIGMOID;
    }
    Graph graph = builder.build(last);
    return new ImportedNetwork(
        graph, activation, builder.side(), GraphBuilder.describe(graph), file::close);
  }
}
