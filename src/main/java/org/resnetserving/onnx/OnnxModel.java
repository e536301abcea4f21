package org.resnetserving.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.ProtobufMessage;

/**
 * A model as the file has it.
 *
 * @param opset version of the standard operators
 * @param producer what wrote it
 * @param nodes each after those that it reads
 * @param constants tensors that the file holds, by name
 * @param input the only value that is given from outside
 * @param dimensions sizes of the input; -1 where it is free, and none if nothing is said
 * @param output the only value that is answered
 */
record OnnxModel(
    FileBytes file,
    long opset,
    String producer,
    List<OnnxNode> nodes,
    Map<String, OnnxTensor> constants,
    String input,
    List<Long> dimensions,
    String output) {
  static final int IR_VERSION = 1;
  static final int GRAPH = 7;

  private static final int PRODUCER = 2;
  private static final int OPSETS = 8;
  private static final int NODE = 1;
  private static final int CONSTANT = 5;
  private static final int INPUT = 11;
  private static final int OUTPUT = 12;
  private static final int SPARSE = 15;

  static OnnxModel read(FileBytes file) {
    ProtobufMessage model = ProtobufMessage.of(file, "an ONNX model");
    if (!model.has(GRAPH)) {
      throw file.refuse("is an ONNX model without a graph");
    }
    ProtobufMessage graph = model.message(GRAPH, "an ONNX graph");
    if (graph.has(SPARSE)) {
      throw file.refuse("has sparse weights, which are not read");
    }
    if (graph.count(NODE) + graph.count(CONSTANT) > 2 * GraphBuilder.MAX_LAYERS) {
      throw file.refuse(
          "has more than %d nodes and tensors".formatted(2 * GraphBuilder.MAX_LAYERS));
    }
    Map<String, OnnxTensor> constants = new LinkedHashMap<>();
    for (ProtobufMessage tensor : graph.messages(CONSTANT, "a tensor")) {
      OnnxTensor constant = OnnxTensor.of(tensor, tensor.text(8, ""));
      constants.put(constant.name(), constant);
    }
    List<OnnxNode> nodes = new ArrayList<>();
    for (ProtobufMessage node : graph.messages(NODE, "a node")) {
      nodes.add(OnnxNode.of(node));
    }
    List<ProtobufMessage> inputs =
        new ArrayList<>(graph.messages(INPUT, "an input").stream().toList());
    inputs.removeIf(input -> constants.containsKey(input.text(1, "")));
    List<ProtobufMessage> outputs = graph.messages(OUTPUT, "an output");
    return new OnnxModel(
        file,
        opset(model),
        model.text(PRODUCER, ""),
        nodes,
        constants,
        only(file, "input", inputs),
        dimensions(inputs.get(0)),
        only(file, "output", outputs));
  }

  private static long opset(ProtobufMessage model) {
    return model.messages(OPSETS, "an opset").stream()
        .filter(opset -> opset.text(1, "").isEmpty() || opset.text(1, "").equals("ai.onnx"))
        .mapToLong(opset -> opset.integer(2, 1))
        .findFirst()
        .orElse(1);
  }

  private static String only(FileBytes file, String what, List<ProtobufMessage> values) {
    List<String> names = values.stream().map(v -> FileBytes.printable(v.text(1, ""))).toList();
    if (names.size() != 1) {
      throw file.refuse(
          "has %d %ss %s; one is served"
              .formatted(names.size(), what, names.subList(0, Math.min(names.size(), 10))));
    }
    return values.get(0).text(1, "");
  }

  private static List<Long> dimensions(ProtobufMessage value) {
    List<Long> sizes = new ArrayList<>();
    ProtobufMessage shape =
        value.message(2, "a type").message(1, "a tensor's type").message(2, "a shape");
    for (ProtobufMessage dimension : shape.messages(1, "a dimension")) {
      long size = dimension.integer(1, -1);
      sizes.add(size > 0 ? size : -1);
    }
    return sizes;
  }
}
