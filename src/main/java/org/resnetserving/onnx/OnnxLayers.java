package org.resnetserving.onnx;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.AveragePool;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.ChannelConvolution;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.Linear;
import org.resnetserving.network.MaxPool;
import org.resnetserving.network.Pad;
import org.resnetserving.network.Relu;
import org.resnetserving.network.Sigmoid;
import org.resnetserving.network.Subsample;
import org.resnetserving.network.Weight;
import org.resnetserving.network.Window;
import org.resnetserving.onnx.OnnxValue.Feature;

/** Operators that are layers. */
final class OnnxLayers {
  private static final String PLANES = "NCHW";
  private static final double MOST = 3e38;

  private final GraphBuilder graph;

  OnnxLayers(GraphBuilder graph) {
    this.graph = graph;
  }

  Feature convolution(OnnxNode node, OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0);
    Weight kernel = inputs.weight(1);
    if (value.axes().equals("N1C") && kernel.shape().length == 3) {
      return overChannels(node, inputs, value, kernel, name);
    }
    boolean pooled = value.axes().equals("NC11");
    if (!pooled) {
      inputs.feature(0, PLANES);
    }
    if (kernel.shape().length != 4) {
      throw new IllegalArgumentException("has a kernel " + kernel);
    }
    Window window = OnnxWindows.of(node, kernel.size(2), kernel.size(3), size(value));
    long groups = node.integer("group", 1);
    if (groups < 1 || groups > kernel.size(0)) {
      throw new IllegalArgumentException("has %d groups".formatted(groups));
    }
    Weight bias = vector(inputs.optionalWeight(2), kernel.size(0));
    String layer =
        graph.add(new Convolution(name, value.layer(), kernel, bias, window, (int) groups));
    return new Feature(layer, value.axes());
  }

  private @Nullable Integer size(Feature value) {
    return graph.side() == null ? null : graph.shape(value.layer()).height();
  }

  private Feature overChannels(
      OnnxNode node, OnnxInputs inputs, Feature value, Weight kernel, String name) {
    long pad = kernel.size(2) / 2;
    if (inputs.optionalWeight(2) != null
        || !node.integers("pads", List.of(0L, 0L)).equals(List.of(pad, pad))
        || !node.integers("strides", List.of(1L)).equals(List.of(1L))
        || !node.integers("dilations", List.of(1L)).equals(List.of(1L))) {
      throw new IllegalArgumentException("moves over channels in a way that is not read");
    }
    String layer = graph.add(new ChannelConvolution(name, value.layer(), kernel));
    return new Feature(layer, value.axes());
  }

  private static @Nullable Weight vector(@Nullable Weight weight, int size) {
    if (weight != null && weight.elements() != size) {
      throw new IllegalArgumentException("has %s for %d channels".formatted(weight, size));
    }
    return weight == null ? null : weight.reshaped(size);
  }

  Feature batchNorm(OnnxNode node, OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0);
    if (value.axes().indexOf('C') != 1 || node.integer("training_mode", 0) != 0) {
      throw new IllegalArgumentException(
          "normalises a value laid out as %s, or is for training".formatted(value.axes()));
    }
    Weight mean = inputs.weight(3);
    for (int i = 1; i <= 4; i++) {
      vector(inputs.weight(i), mean.size(0));
    }
    String layer =
        graph.add(
            new BatchNorm(
                name,
                value.layer(),
                inputs.weight(1),
                inputs.weight(2),
                mean,
                inputs.weight(4),
                node.real("epsilon", 1e-5f)));
    return new Feature(layer, value.axes());
  }

  Feature relu(OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0);
    return new Feature(graph.add(new Relu(name, value.layer())), value.axes());
  }

  /** Cut off at 0, and at nothing above. */
  Feature clip(OnnxNode node, OnnxInputs inputs, String name) {
    Weight least = inputs.optionalWeight(1);
    Weight most = inputs.optionalWeight(2);
    double low = least == null ? node.real("min", Float.NEGATIVE_INFINITY) : least.read()[0];
    double high = most == null ? node.real("max", Float.POSITIVE_INFINITY) : most.read()[0];
    if (low != 0 || high < MOST) {
      throw new IllegalArgumentException("cuts off at %s and %s".formatted(low, high));
    }
    return relu(inputs, name);
  }

  Feature sigmoid(OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0);
    return new Feature(graph.add(new Sigmoid(name, value.layer())), value.axes());
  }

  Feature pool(OnnxNode node, OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0, PLANES);
    List<Long> size = node.integers("kernel_shape", List.of());
    if (size.size() != 2 || size.get(0) > OnnxWindows.MOST || size.get(1) > OnnxWindows.MOST) {
      throw new IllegalArgumentException("has a window " + size);
    }
    Window window =
        OnnxWindows.of(node, size.get(0).intValue(), size.get(1).intValue(), size(value));
    boolean roundUp = node.integer("ceil_mode", 0) != 0;
    if (node.type().equals("MaxPool")) {
      if (node.outputs().size() > 1) {
        throw new IllegalArgumentException("tells where the largest values are");
      }
      return planes(graph.add(new MaxPool(name, value.layer(), window, roundUp)));
    }
    if (window.equals(Window.square(1, window.stride(), 0))) {
      return planes(graph.add(new Subsample(name, value.layer(), window.stride())));
    }
    boolean counts = node.integer("count_include_pad", 0) != 0;
    String in = value.layer();
    if (!window.isSymmetric() && counts && !roundUp) {
      in =
          graph.add(
              new Pad(
                  graph.name(name + ".pad"),
                  in,
                  window.top(),
                  window.left(),
                  window.bottom(),
                  window.right()));
      window = new Window(window.height(), window.width(), window.stride(), 0, 0, 0, 0);
    }
    // Opsets below 10 have no rounding up: exporters pad the far edges instead, without counting
    // it.
    int more = window.stride() - 1;
    Window plain = new Window(window.height(), window.width(), window.stride(), 0, 0, 0, 0);
    if (!counts && more > 0 && window.equals(plain.padded(0, 0, more, more))) {
      window = plain;
      roundUp = true;
    }
    return planes(graph.add(new AveragePool(name, in, window, roundUp, counts)));
  }

  private static Feature planes(String layer) {
    return new Feature(layer, PLANES);
  }

  Feature globalPool(OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0, PLANES);
    return new Feature(graph.add(new GlobalAveragePool(name, value.layer())), "NC11");
  }

  /** Of rows and columns. */
  Feature mean(OnnxNode node, OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0);
    List<Long> axes = inputs.axes(1);
    if (axes == null) {
      throw new IllegalArgumentException("takes the mean of everything");
    }
    Set<Integer> reduced = new TreeSet<>();
    axes.forEach(axis -> reduced.add(value.axis(axis)));
    StringBuilder kept = new StringBuilder();
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < value.axes().length(); i++) {
      if (reduced.contains(i)) {
        letters.append(value.axes().charAt(i));
        kept.append(node.integer("keepdims", 1) != 0 ? "1" : "");
      } else {
        kept.append(value.axes().charAt(i));
      }
    }
    if (!letters.toString().equals("HW")) {
      throw new IllegalArgumentException(
          "takes the mean along %s of %s; only of rows and columns together is read"
              .formatted(letters, value.axes()));
    }
    return new Feature(graph.add(new GlobalAveragePool(name, value.layer())), kept.toString());
  }

  Feature gemm(OnnxNode node, OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0, "NC");
    Weight matrix = inputs.weight(1);
    if (node.integer("transA", 0) != 0) {
      throw new IllegalArgumentException("turns its value");
    }
    double alpha = node.real("alpha", 1);
    double beta = node.real("beta", 1);
    Weight turned = node.integer("transB", 0) != 0 ? matrix : matrix.transposed();
    Weight bias = inputs.optionalWeight(2);
    if (bias != null && bias.elements() == 1 && turned.size(0) != 1) {
      bias = Weight.filled(bias.name(), turned.size(0), bias.read()[0]);
    }
    Weight shift = vector(bias, turned.size(0));
    return new Feature(
        graph.add(
            new Linear(
                name,
                value.layer(),
                alpha == 1 ? turned : OnnxNumbers.each(turned, v -> v * alpha),
                shift == null || beta == 1 ? shift : OnnxNumbers.each(shift, v -> v * beta))),
        "NC");
  }

  Feature multiplyMatrix(OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0);
    if (!value.axes().endsWith("C") || value.axes().contains("W")) {
      throw new IllegalArgumentException(
          "multiplies a value laid out as %s by a matrix".formatted(value.axes()));
    }
    Weight matrix = inputs.weight(1).transposed();
    return new Feature(graph.add(new Linear(name, value.layer(), matrix, null)), value.axes());
  }
}
