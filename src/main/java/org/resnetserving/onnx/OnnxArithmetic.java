package org.resnetserving.onnx;

import org.resnetserving.network.Add;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.Multiply;
import org.resnetserving.network.Normalize;
import org.resnetserving.network.Scale;
import org.resnetserving.network.Weight;
import org.resnetserving.onnx.OnnxValue.Feature;

/** Sums and products, of values and of values with constants. */
final class OnnxArithmetic {
  private final GraphBuilder graph;

  OnnxArithmetic(GraphBuilder graph) {
    this.graph = graph;
  }

  Feature apply(OnnxNode node, OnnxInputs inputs, String name) {
    if (node.type().equals("Sum")) {
      return sum(inputs, name);
    } else if (inputs.count() != 2) {
      throw new IllegalArgumentException("reads %d values".formatted(inputs.count()));
    } else if (inputs.isFeature(0) && inputs.isFeature(1)) {
      return ofValues(node.type(), inputs.feature(0), inputs.feature(1), name);
    } else if (inputs.isFeature(0)) {
      return withConstant(node.type(), inputs.feature(0), inputs.weight(1), name);
    } else if (node.type().equals("Add") || node.type().equals("Mul")) {
      return withConstant(node.type(), inputs.feature(1), inputs.weight(0), name);
    }
    throw new IllegalArgumentException("takes a value from a constant, or divides one by it");
  }

  private Feature sum(OnnxInputs inputs, String name) {
    Feature sum = inputs.feature(0);
    for (int i = 1; i < inputs.count(); i++) {
      String made = i == inputs.count() - 1 ? name : graph.name(name + ".sum");
      sum = ofValues("Add", sum, inputs.feature(i), made);
    }
    return sum;
  }

  private Feature ofValues(String type, Feature left, Feature right, String name) {
    if (type.equals("Add") && left.axes().equals(right.axes())) {
      return new Feature(graph.add(new Add(name, left.layer(), right.layer())), left.axes());
    } else if (type.equals("Mul") && left.axes().length() == right.axes().length()) {
      StringBuilder axes = new StringBuilder();
      for (int i = 0; i < left.axes().length(); i++) {
        char a = left.axes().charAt(i);
        char b = right.axes().charAt(i);
        if (a != b && a != '1' && b != '1') {
          throw new IllegalArgumentException(
              "multiplies values laid out as %s and %s".formatted(left.axes(), right.axes()));
        }
        axes.append(a == '1' ? b : a);
      }
      return new Feature(
          graph.add(new Multiply(name, left.layer(), right.layer())), axes.toString());
    }
    throw new IllegalArgumentException(
        "combines values laid out as %s and %s".formatted(left.axes(), right.axes()));
  }

  private Feature withConstant(String type, Feature value, Weight constant, String name) {
    if (constant.elements() == 1 && !type.equals("Add") && !type.equals("Sub")) {
      double number = constant.read()[0];
      double factor = type.equals("Mul") ? number : 1 / number;
      if (!Double.isFinite(factor)) {
        throw new IllegalArgumentException("divides by " + number);
      }
      if (!(graph.maker(value.layer()) instanceof Normalize) || factor <= 0) {
        return new Feature(graph.add(new Scale(name, value.layer(), factor)), value.axes());
      }
    }
    Weight perChannel = perChannel(constant, value);
    String layer =
        switch (type) {
          case "Add" -> graph.affine(name, value.layer(), null, perChannel);
          case "Sub" ->
              graph.affine(name, value.layer(), null, OnnxNumbers.each(perChannel, v -> -v));
          case "Mul" -> graph.affine(name, value.layer(), perChannel, null);
          default ->
              graph.affine(name, value.layer(), OnnxNumbers.each(perChannel, v -> 1 / v), null);
        };
    return new Feature(layer, value.axes());
  }

  /** A constant as one number per channel, where it lies along the channels or is a single one. */
  private Weight perChannel(Weight constant, Feature value) {
    int channels = graph.shape(value.layer()).channels();
    int[] shape = constant.shape();
    if (constant.elements() == 1) {
      return Weight.filled(constant.name(), channels, constant.read()[0]);
    }
    int axis = shape.length - (value.axes().length() - value.channelAxis());
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] != (i == axis ? channels : 1)) {
        throw new IllegalArgumentException(
            "combines a value laid out as %s, of %d channels, with %s"
                .formatted(value.axes(), channels, constant));
      }
    }
    return constant.reshaped(channels);
  }
}
