package org.resnetserving.torchexport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.resnetserving.network.Add;
import org.resnetserving.network.AveragePool;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.ChannelConvolution;
import org.resnetserving.network.Concat;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.Identity;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Linear;
import org.resnetserving.network.MaxPool;
import org.resnetserving.network.Multiply;
import org.resnetserving.network.Pad;
import org.resnetserving.network.PadChannels;
import org.resnetserving.network.Relu;
import org.resnetserving.network.Scale;
import org.resnetserving.network.Sigmoid;
import org.resnetserving.network.Subsample;
import org.resnetserving.network.Weight;
import org.resnetserving.network.Window;

/**
 * The ops of ATen that a ResNet is made of, each as the layer that it is. Arguments and their
 * defaults are those of PyTorch's native_functions.yaml.
 */
final class AtenOps {
  private static final double EPSILON = 1e-5;

  private final AtenGraph graph;
  private final GraphBuilder builder;

  AtenOps(AtenGraph graph) {
    this.graph = graph;
    this.builder = graph.builder();
  }

  /** The value that a step makes of what it reads. */
  AtenValue value(AtenNode node) {
    String op = node.op();
    if (AtenAxes.moves(op)) {
      return moved(node);
    }
    return switch (op) {
      case "conv2d.default",
          "conv2d.padding",
          "conv1d.default",
          "conv1d.padding",
          "convolution.default" ->
          convolution(node);
      case "batch_norm.default",
          "native_batch_norm.default",
          "_native_batch_norm_legit_no_training.default" ->
          batchNorm(node);
      case "relu.default", "relu_.default" ->
          unary(node, new Relu(node.name(), self(node).layer()));
      case "sigmoid.default", "sigmoid_.default" ->
          unary(node, new Sigmoid(node.name(), self(node).layer()));
      case "add.Tensor", "add_.Tensor" -> sum(node);
      case "mul.Tensor", "mul_.Tensor", "mul.Scalar", "div.Tensor", "div_.Tensor", "div.Scalar" ->
          product(node);
      case "max_pool2d.default", "max_pool2d_with_indices.default" -> maxPool(node);
      case "avg_pool2d.default" -> averagePool(node);
      case "adaptive_avg_pool2d.default", "_adaptive_avg_pool2d.default" -> {
        if (!Arrays.equals(node.integers("output_size"), new int[] {1, 1})) {
          throw node.refuse("pools to more than one place, which is not read");
        }
        yield globalPool(node, AtenValue.COLUMN);
      }
      case "mean.dim" -> mean(node);
      case "linear.default" ->
          linear(
              node, graph.value(node, "input"), graph.weight(node, "weight").asItIs(node), "bias");
      case "addmm.default" -> {
        if (node.number("beta", 1) != 1 || node.number("alpha", 1) != 1) {
          throw node.refuse("scales what it adds, which is not read");
        }
        yield linear(
            node, graph.value(node, "mat1"), graph.weight(node, "mat2").ofProduct(node), "self");
      }
      case "mm.default" ->
          linear(
              node, graph.value(node, "self"), graph.weight(node, "mat2").ofProduct(node), "bias");
      case "dropout.default", "dropout_.default", "feature_dropout.default" -> {
        if (node.flag("train", false)) {
          throw node.refuse("drops values at random: export it after model.eval()");
        }
        yield graph.value(node, "input");
      }
      case "detach.default", "detach_.default", "alias.default", "contiguous.default" -> self(node);
      case "clone.default" -> unary(node, new Identity(node.name(), self(node).layer()));
      case "softmax.int", "_softmax.default", "log_softmax.int", "_log_softmax.default" ->
          softmax(node);
      case "cat.default" -> concat(node);
      case "pad.default", "constant_pad_nd.default" -> pad(node);
      case "slice.Tensor" -> slice(node);
      default ->
          throw node.refuse(
              "is an op that this service has no word for: it reads what ResNets are made of");
    };
  }

  private AtenValue self(AtenNode node) {
    return graph.value(node, "self");
  }

  private AtenValue unary(AtenNode node, Layer layer) {
    AtenValue from = self(node);
    builder.add(layer);
    return from.of(node.name());
  }

  private AtenValue moved(AtenNode node) {
    AtenValue from = self(node);
    String axes = from.axes();
    if (axes.equals(AtenValue.PLANES) && builder.shape(from.layer()).isOnePerChannel()) {
      axes = AtenValue.COLUMN;
    }
    return from.as(AtenAxes.after(node, axes, builder.shape(from.layer()).channels()));
  }

  /** The value, if its dimensions lie so. */
  private static AtenValue require(AtenNode node, AtenValue value, String... axes) {
    if (!Set.of(axes).contains(value.axes())) {
      throw node.refuse("reads a value whose dimensions are %s".formatted(value.axes()));
    }
    return value;
  }

  private AtenValue convolution(AtenNode node) {
    AtenValue from = graph.value(node, "input");
    Weight kernel = graph.weight(node, "weight").asItIs(node);
    if (node.flag("transposed", false)) {
      throw node.refuse("is a transposed convolution, which is not read");
    }
    if (kernel.shape().length == 3) {
      return channelConvolution(node, from, kernel);
    }
    if (kernel.shape().length != 4) {
      throw node.refuse("has a kernel %s".formatted(kernel));
    }
    require(node, from, AtenValue.PLANES, AtenValue.COLUMN);
    Window window = AtenWindows.ofConvolution(node, kernel.size(2), kernel.size(3));
    Weight bias = graph.optionalWeight(node, "bias");
    int groups = node.integer("groups", 1);
    builder.add(new Convolution(node.name(), from.layer(), kernel, bias, window, groups));
    return from.of(node.name());
  }

  private AtenValue channelConvolution(AtenNode node, AtenValue from, Weight kernel) {
    require(node, from, AtenValue.ROW);
    ChannelConvolution layer = new ChannelConvolution(node.name(), from.layer(), kernel);
    int[] padding = node.integers("padding", 0);
    boolean keepsSize =
        node.argumentIsText("padding")
            ? node.text("padding", "").equals("same")
            : padding.length == 1 && padding[0] == kernel.size(2) / 2;
    if (!keepsSize
        || node.has("bias")
        || !Arrays.equals(node.integers("stride", 1), new int[] {1})
        || !Arrays.equals(node.integers("dilation", 1), new int[] {1})) {
      throw node.refuse("is a convolution over channels with stride, bias or another padding");
    }
    builder.add(layer);
    return from.of(node.name());
  }

  private AtenValue batchNorm(AtenNode node) {
    AtenValue from =
        require(
            node, graph.value(node, "input"), AtenValue.PLANES, AtenValue.COLUMN, AtenValue.VECTOR);
    if (node.flag("training", false)) {
      throw node.refuse("is in training: export it after model.eval()");
    }
    Weight mean = graph.weight(node, "running_mean").asItIs(node);
    Weight gamma = graph.optionalWeight(node, "weight");
    Weight beta = graph.optionalWeight(node, "bias");
    builder.add(
        new BatchNorm(
            node.name(),
            from.layer(),
            gamma == null ? constant(mean, 1) : gamma,
            beta == null ? constant(mean, 0) : beta,
            mean,
            graph.weight(node, "running_var").asItIs(node),
            node.number("eps", EPSILON)));
    return from.of(node.name());
  }

  /** As many of one number as another weight has. */
  private static Weight constant(Weight like, float number) {
    return new Weight(
        like.name() + " = " + number,
        like.shape(),
        () -> {
          float[] values = new float[Math.toIntExact(like.elements())];
          Arrays.fill(values, number);
          return values;
        });
  }

  private AtenValue sum(AtenNode node) {
    AtenValue left = self(node);
    if (!node.hasTensor("other")) {
      throw node.refuse("adds a number, which is not read");
    }
    AtenValue right = graph.value(node, "other");
    require(node, right, left.axes());
    String added = right.layer();
    double alpha = node.number("alpha", 1);
    if (alpha != 1) {
      added = node.name() + " times " + alpha;
      builder.add(new Scale(added, right.layer(), alpha));
    }
    builder.add(new Add(node.name(), left.layer(), added));
    return left.of(node.name());
  }

  private AtenValue product(AtenNode node) {
    AtenValue left = self(node);
    boolean divides = node.op().startsWith("div");
    if (!node.hasTensor("other")) {
      double factor = node.number("other", Double.NaN);
      return unary(node, new Scale(node.name(), left.layer(), divides ? 1 / factor : factor));
    }
    if (divides) {
      throw node.refuse("divides by a value, which is not read");
    }
    AtenValue right = graph.value(node, "other");
    boolean spreads = isPerChannel(left) || isPerChannel(right);
    AtenValue wide = isPerChannel(left) ? right : left;
    if (!left.axes().equals(right.axes()) && !(spreads && wide.axes().equals(AtenValue.PLANES))) {
      throw node.refuse("multiplies %s by %s".formatted(left.axes(), right.axes()));
    }
    builder.add(new Multiply(node.name(), left.layer(), right.layer()));
    return wide.of(node.name());
  }

  private static boolean isPerChannel(AtenValue value) {
    return value.axes().equals(AtenValue.COLUMN) || value.axes().equals(AtenValue.SPREAD);
  }

  private AtenValue maxPool(AtenNode node) {
    AtenValue from = require(node, self(node), AtenValue.PLANES);
    builder.add(
        new MaxPool(
            node.name(), from.layer(), AtenWindows.ofPooling(node), node.flag("ceil_mode", false)));
    return from.of(node.name());
  }

  private AtenValue averagePool(AtenNode node) {
    AtenValue from = require(node, self(node), AtenValue.PLANES);
    if (node.has("divisor_override")) {
      throw node.refuse("divides by another number than that of its places, which is not read");
    }
    builder.add(
        new AveragePool(
            node.name(),
            from.layer(),
            AtenWindows.ofPooling(node),
            node.flag("ceil_mode", false),
            node.flag("count_include_pad", true)));
    return from.of(node.name());
  }

  private AtenValue mean(AtenNode node) {
    Set<Integer> dimensions = new TreeSet<>();
    for (int dim : node.integers("dim")) {
      dimensions.add(AtenAxes.dimension(node, dim, 4));
    }
    if (!dimensions.equals(Set.of(2, 3))) {
      throw node.refuse("is a mean over other dimensions than rows and columns");
    }
    return globalPool(node, node.flag("keepdim", false) ? AtenValue.COLUMN : AtenValue.VECTOR);
  }

  private AtenValue globalPool(AtenNode node, String axes) {
    AtenValue from = require(node, self(node), AtenValue.PLANES);
    builder.add(new GlobalAveragePool(node.name(), from.layer()));
    return new AtenValue(node.name(), axes);
  }

  private AtenValue linear(AtenNode node, AtenValue from, Weight matrix, String bias) {
    require(node, from, AtenValue.VECTOR);
    if (matrix.shape().length != 2) {
      throw node.refuse("multiplies with %s".formatted(matrix));
    }
    Weight added = graph.optionalWeight(node, bias);
    String vector = from.layer();
    if (builder.maker(vector) instanceof AveragePool) {
      vector = builder.vector(node.name() + " vector", vector);
    }
    builder.add(new Linear(node.name(), vector, matrix, added));
    return from.of(node.name());
  }

  /** What a logarithm of a softmax makes are logits of the same probabilities. */
  private AtenValue softmax(AtenNode node) {
    AtenValue from = require(node, self(node), AtenValue.VECTOR);
    if (AtenAxes.dimension(node, node.integer("dim", -1), 2) != 1) {
      throw node.refuse("is a softmax over the batch");
    }
    return new AtenValue(from.layer(), from.axes(), 0, true);
  }

  private AtenValue concat(AtenNode node) {
    List<String> parts = new ArrayList<>();
    List<String> names = node.tensors("tensors");
    AtenValue first = graph.value(node, "tensors", names.get(0));
    for (String name : names) {
      parts.add(require(node, graph.value(node, "tensors", name), first.axes()).layer());
    }
    int dim = AtenAxes.dimension(node, node.integer("dim", 0), first.axes().length());
    if (first.axes().charAt(dim) != 'C') {
      throw node.refuse("joins other dimensions than channels, which is not read");
    }
    builder.add(new Concat(node.name(), parts));
    return first.of(node.name());
  }

  private AtenValue pad(AtenNode node) {
    AtenValue from = require(node, self(node), AtenValue.PLANES);
    int[] given = node.integers("pad");
    if (!node.text("mode", "constant").equals("constant")
        || node.number("value", 0) != 0
        || given.length > 6
        || given.length % 2 != 0
        || Arrays.stream(given).anyMatch(size -> size < 0)) {
      throw node.refuse("pads with other than zeros around planes, which is not read");
    }
    int[] pad = Arrays.copyOf(given, 6);
    String name = node.name();
    if (pad[4] + pad[5] == 0) {
      builder.add(new Pad(name, from.layer(), pad[2], pad[0], pad[3], pad[1]));
    } else {
      builder.add(new Pad(name + " planes", from.layer(), pad[2], pad[0], pad[3], pad[1]));
      builder.add(new PadChannels(name, name + " planes", pad[4], pad[5]));
    }
    return from.of(name);
  }

  /** Every so many rows, then as many columns, or the other way round. */
  private AtenValue slice(AtenNode node) {
    AtenValue from = self(node);
    int dim = AtenAxes.dimension(node, node.integer("dim", 0), from.axes().length());
    int step = node.integer("step", 1);
    if (node.integer("start", 0) != 0
        || node.integer("end", Integer.MAX_VALUE) < Integer.MAX_VALUE) {
      throw node.refuse("takes a part of a value, which is not read");
    }
    if (step == 1) {
      return from;
    }
    String axes = from.axes();
    boolean begins = axes.equals(AtenValue.PLANES) && dim >= 2;
    boolean ends = (axes.equals("BChW") && dim == 3) || (axes.equals("BCHw") && dim == 2);
    if (begins) {
      return new AtenValue(from.layer(), dim == 2 ? "BChW" : "BCHw", step, false);
    }
    if (!ends || step != from.step()) {
      throw node.refuse("takes every %d of a value, which is not read".formatted(step));
    }
    builder.add(new Subsample(node.name(), from.layer(), step));
    return new AtenValue(node.name(), AtenValue.PLANES);
  }
}
