package org.resnetserving.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Graph;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Normalize;
import org.resnetserving.network.Sigmoid;
import org.resnetserving.onnx.OnnxValue.Feature;
import org.resnetserving.onnx.OnnxValue.Numbers;
import org.resnetserving.onnx.OnnxValue.Sizes;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.TensorReader;

/** Makes a graph of a model's nodes, one after the other, by what they compute. */
final class OnnxGraph {
  private final OnnxModel model;
  private final GraphBuilder graph;
  private final TensorReader reader;
  private final OnnxFeatures features;
  private final OnnxLayers layers;
  private final Map<String, OnnxValue> values = new HashMap<>();

  OnnxGraph(OnnxModel model, Normalization input) {
    this.model = model;
    this.graph = new GraphBuilder(input, side(model));
    this.reader = new TensorReader(model.file());
    this.features = new OnnxFeatures(graph);
    this.layers = new OnnxLayers(graph);
    values.put(model.input(), new Feature(graph.input(), axes(model, input.channels())));
  }

  /** Rows and columns of the input, if it says them. */
  private static @Nullable Integer side(OnnxModel model) {
    List<Long> sizes = model.dimensions();
    if (sizes.size() != 4) {
      return null;
    }
    boolean channelsLast = isChannelsLast(sizes);
    long rows = sizes.get(channelsLast ? 1 : 2);
    long columns = sizes.get(channelsLast ? 2 : 3);
    if (rows != columns && rows > 0 && columns > 0) {
      throw model
          .file()
          .refuse("reads pictures of %d×%d; only square ones are served".formatted(rows, columns));
    }
    long side = Math.max(rows, columns);
    return side < 1 || side > Short.MAX_VALUE ? null : (int) side;
  }

  private static boolean isChannelsLast(List<Long> sizes) {
    return (sizes.get(3) == 3 || sizes.get(3) == 1) && sizes.get(1) != 3 && sizes.get(1) != 1;
  }

  private static String axes(OnnxModel model, int channels) {
    List<Long> sizes = model.dimensions();
    if (sizes.isEmpty()) {
      return "NCHW";
    }
    boolean channelsLast = sizes.size() == 4 && isChannelsLast(sizes);
    long found = sizes.size() == 4 ? sizes.get(channelsLast ? 3 : 1) : 0;
    if (found != channels && found != -1) {
      throw model
          .file()
          .refuse("reads %s, where pictures of %d channels are wanted".formatted(sizes, channels));
    }
    return channelsLast ? "NHWC" : "NCHW";
  }

  ImportedNetwork build() {
    for (OnnxNode node : model.nodes()) {
      try {
        add(node);
      } catch (IllegalArgumentException e) {
        throw model.file().refuse(node.title(), String.valueOf(e.getMessage()));
      }
    }
    try {
      return end(value(model.output()));
    } catch (IllegalArgumentException e) {
      throw model.file().refuse(String.valueOf(e.getMessage()));
    }
  }

  private ImportedNetwork end(OnnxValue output) {
    if (!(output instanceof Feature feature)) {
      throw new IllegalArgumentException("answers with %s, no value".formatted(model.output()));
    }
    String layer = feature.layer();
    Activation activation = feature.activation();
    if (activation == null && graph.maker(layer) instanceof Sigmoid sigmoid) {
      layer = sigmoid.input();
      activation = Activation.SIGMOID;
    }
    Graph built = graph.build(graph.vector(graph.name("pool"), layer));
    boolean normalizes =
        built.layers().stream()
            .anyMatch(l -> l instanceof Normalize n && !n.name().equals(graph.input()));
    String structure =
        "ONNX of %s, opset %d: %s%s"
            .formatted(
                FileBytes.printable(model.producer()),
                model.opset(),
                GraphBuilder.describe(built),
                normalizes ? "; it normalises its input itself" : "");
    return new ImportedNetwork(built, activation, graph.side(), structure, model.file()::close);
  }

  private OnnxValue value(String name) {
    OnnxValue value = values.get(name);
    if (value == null) {
      OnnxTensor constant = model.constants().get(name);
      if (constant == null) {
        throw new IllegalArgumentException(
            "%s is read, but nothing makes it".formatted(FileBytes.printable(name)));
      }
      value = value(constant);
      values.put(name, value);
    }
    return value;
  }

  private OnnxValue value(OnnxTensor constant) {
    return constant.isInteger()
        ? new Sizes(constant.integers())
        : new Numbers(constant.weight(reader));
  }

  private void add(OnnxNode node) {
    refuseQuantized(node);
    if (!node.domain().isEmpty() && !node.domain().equals("ai.onnx")) {
      throw new IllegalArgumentException("is no standard operator: take the model as exported");
    }
    if (node.outputs().isEmpty()) {
      throw new IllegalArgumentException("makes nothing");
    }
    String output = node.outputs().get(0);
    if (values.containsKey(output) || model.constants().containsKey(output)) {
      throw new IllegalArgumentException("makes a value that is there already");
    }
    values.put(output, made(node));
  }

  private static void refuseQuantized(OnnxNode node) {
    if (node.type().contains("Quantize")
        || node.type().startsWith("QLinear")
        || node.type().endsWith("Integer")) {
      throw new IllegalArgumentException(
          "is of a quantised model: take the one in floating point; 8-bit programs are made here");
    }
  }

  private OnnxValue made(OnnxNode node) {
    if (node.type().equals("Constant")) {
      return constant(node);
    }
    List<@Nullable OnnxValue> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      inputs.add(node.has(i) ? value(node.inputs().get(i)) : null);
    }
    OnnxValue first = inputs.isEmpty() ? null : inputs.get(0);
    if (first == null) {
      throw new IllegalArgumentException("reads nothing");
    }
    switch (node.type()) {
      case "Identity", "Dropout", "Cast" -> {
        return first;
      }
      case "Shape" -> {
        return features.shape(node, feature(first));
      }
      default -> {
        // by what it reads
      }
    }
    if (inputs.stream().anyMatch(Feature.class::isInstance)) {
      return ofFeatures(node, inputs);
    } else if (first instanceof Numbers numbers) {
      return OnnxNumbers.apply(node, numbers.weight(), inputs);
    }
    List<List<Long>> sizes = new ArrayList<>();
    for (OnnxValue input : inputs) {
      sizes.add(OnnxInputs.sizes(input));
    }
    return OnnxSizes.apply(node, (Sizes) first, sizes);
  }

  private OnnxValue constant(OnnxNode node) {
    OnnxTensor tensor = node.tensor("value");
    if (tensor != null) {
      return value(tensor);
    } else if (node.attributes().containsKey("value_int")) {
      return new Sizes(List.of(node.integer("value_int", 0)));
    } else if (node.attributes().containsKey("value_ints")) {
      return new Sizes(node.integers("value_ints", List.of()));
    } else if (node.attributes().containsKey("value_float")) {
      return new Numbers(OnnxNumbers.scalar(node.title(), node.real("value_float", 0)));
    }
    throw new IllegalArgumentException("holds a constant that is not read");
  }

  private static Feature feature(@Nullable OnnxValue value) {
    if (!(value instanceof Feature feature)) {
      throw new IllegalArgumentException("reads a constant where a value is wanted");
    }
    return feature;
  }

  private OnnxValue ofFeatures(OnnxNode node, List<@Nullable OnnxValue> values) {
    for (OnnxValue value : values) {
      if (value instanceof Feature feature
          && (feature.activation() != null
              || (feature.halved() != 0 && !node.type().equals("Slice")))) {
        throw new IllegalArgumentException(
            feature.activation() != null
                ? "follows the softmax"
                : "reads a value that has lost some rows or columns, but not both");
      }
    }
    OnnxInputs inputs = new OnnxInputs(node, values);
    String name = graph.name(node.name().isEmpty() ? node.outputs().get(0) : node.name());
    return switch (node.type()) {
      case "Conv" -> layers.convolution(node, inputs, name);
      case "BatchNormalization" -> layers.batchNorm(node, inputs, name);
      case "Relu" -> layers.relu(inputs, name);
      case "Clip" -> layers.clip(node, inputs, name);
      case "Sigmoid" -> layers.sigmoid(inputs, name);
      case "MaxPool", "AveragePool" -> layers.pool(node, inputs, name);
      case "GlobalAveragePool" -> layers.globalPool(inputs, name);
      case "ReduceMean" -> layers.mean(node, inputs, name);
      case "Gemm" -> layers.gemm(node, inputs, name);
      case "MatMul" -> layers.multiplyMatrix(inputs, name);
      case "Add", "Sub", "Mul", "Div", "Sum" -> new OnnxArithmetic(graph).apply(node, inputs, name);
      case "Flatten" -> features.flatten(node, inputs.feature(0), name);
      case "Reshape" -> features.reshape(node, inputs, name);
      case "Squeeze" -> features.squeeze(inputs.feature(0), inputs.axes(1), name);
      case "Unsqueeze" -> features.unsqueeze(inputs.feature(0), inputs.axes(1));
      case "Transpose" -> features.transpose(node, inputs.feature(0));
      case "Expand" -> features.expand(inputs.feature(0));
      case "Pad" -> features.pad(node, inputs, name);
      case "Slice" -> features.slice(inputs, name);
      case "Concat" -> features.concat(node, inputs, name);
      case "Softmax", "LogSoftmax" ->
          features.softmax(node, inputs.feature(0), model.opset(), name);
      default -> throw new IllegalArgumentException("is an operator that is not read");
    };
  }
}
