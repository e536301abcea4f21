package org.resnetserving.onnx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Activation;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.Pad;
import org.resnetserving.network.PadChannels;
import org.resnetserving.network.Shape;
import org.resnetserving.network.Subsample;
import org.resnetserving.network.Weight;
import org.resnetserving.onnx.OnnxValue.Feature;
import org.resnetserving.onnx.OnnxValue.Sizes;

/** Operators that lay a value out anew, cut it, or join it with others. */
final class OnnxFeatures {
  private static final int MOST = 1 << 12;

  private final GraphBuilder graph;

  OnnxFeatures(GraphBuilder graph) {
    this.graph = graph;
  }

  Sizes shape(OnnxNode node, Feature value) {
    Shape shape = graph.shape(value.layer());
    List<Long> sizes = new ArrayList<>();
    for (char axis : value.axes().toCharArray()) {
      sizes.add(
          switch (axis) {
            case 'N' -> Sizes.PICTURES;
            case 'C' -> (long) shape.channels();
            case '1' -> 1L;
            default -> graph.side() == null ? Sizes.UNKNOWN : shape.height();
          });
    }
    int from = bound(node.integer("start", 0), sizes.size());
    int to = bound(node.integer("end", sizes.size()), sizes.size());
    return new Sizes(from < to ? sizes.subList(from, to) : List.of());
  }

  private static int bound(long index, int size) {
    return (int) Math.max(0, Math.min(index < 0 ? index + size : index, size));
  }

  /** All dimensions after the pictures' made one: channels, since rows and columns are pooled. */
  Feature flatten(OnnxNode node, Feature value, String name) {
    if (value.axis(node.integer("axis", 1)) != 1 || value.axes().charAt(0) != 'N') {
      throw new IllegalArgumentException(
          "flattens a value laid out as %s from axis %d"
              .formatted(value.axes(), node.integer("axis", 1)));
    }
    return new Feature(graph.vector(name, value.layer()), "NC");
  }

  Feature reshape(OnnxNode node, OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0);
    List<Long> sizes = inputs.integers("shape", 1);
    if (sizes == null || sizes.isEmpty() || sizes.size() > 8 || value.axes().charAt(0) != 'N') {
      throw new IllegalArgumentException(
          "reshapes a value laid out as %s to %s".formatted(value.axes(), sizes));
    }
    long channels = graph.shape(value.layer()).channels();
    StringBuilder axes = new StringBuilder("N");
    for (int i = 1; i < sizes.size(); i++) {
      long size = sizes.get(i);
      if (size == 0 && node.integer("allowzero", 0) == 0 && i < value.axes().length()) {
        size = value.axes().charAt(i) == 'C' ? channels : value.axes().charAt(i) == '1' ? 1 : -2;
      }
      boolean first = axes.indexOf("C") < 0;
      if (first && (size == channels || (size == -1 && sizes.get(0) != -1))) {
        axes.append('C');
      } else if (size == 1) {
        axes.append('1');
      } else {
        throw new IllegalArgumentException(
            "reshapes %d channels laid out as %s to %s"
                .formatted(channels, value.axes(), printable(sizes)));
      }
    }
    if (axes.indexOf("C") < 0) {
      throw new IllegalArgumentException(
          "reshapes %d channels to %s".formatted(channels, printable(sizes)));
    }
    return new Feature(graph.vector(name, value.layer()), axes.toString());
  }

  private static List<String> printable(List<Long> sizes) {
    return sizes.stream()
        .map(
            size ->
                size == Sizes.PICTURES
                    ? "pictures"
                    : size == Sizes.UNKNOWN ? "?" : String.valueOf(size))
        .toList();
  }

  /** Rows and columns that an average pooling covered are dropped like others of one place. */
  Feature squeeze(Feature value, @Nullable List<Long> axes, String name) {
    StringBuilder kept = new StringBuilder();
    boolean[] dropped = new boolean[value.axes().length()];
    if (axes == null) {
      throw new IllegalArgumentException("squeezes whatever has one place");
    }
    axes.forEach(axis -> dropped[value.axis(axis)] = true);
    String layer = value.layer();
    for (int i = 0; i < dropped.length; i++) {
      char axis = value.axes().charAt(i);
      if (dropped[i] && axis != '1') {
        if (axis != 'H' && axis != 'W') {
          throw new IllegalArgumentException("squeezes pictures or channels");
        }
        layer = graph.vector(name, value.layer());
      }
      kept.append(dropped[i] ? "" : axis);
    }
    String left = kept.toString();
    return new Feature(
        layer, graph.isVector(layer) ? left.replace('H', '1').replace('W', '1') : left);
  }

  Feature unsqueeze(Feature value, @Nullable List<Long> axes) {
    if (axes == null || axes.isEmpty() || axes.size() > 4) {
      throw new IllegalArgumentException("unsqueezes along %s".formatted(axes));
    }
    StringBuilder wider = new StringBuilder(value.axes());
    int rank = value.axes().length() + axes.size();
    axes.stream()
        .map(axis -> axis < 0 ? axis + rank : axis)
        .sorted()
        .forEach(
            axis -> {
              if (axis < 0 || axis > wider.length()) {
                throw new IllegalArgumentException("unsqueezes along %s".formatted(axes));
              }
              wider.insert(axis.intValue(), '1');
            });
    return new Feature(value.layer(), wider.toString());
  }

  Feature transpose(OnnxNode node, Feature value) {
    List<Long> order = node.integers("perm");
    if (order == null
        || order.size() != value.axes().length()
        || order.stream().distinct().count() != order.size()) {
      throw new IllegalArgumentException(
          "turns a value laid out as %s by %s".formatted(value.axes(), order));
    }
    StringBuilder axes = new StringBuilder();
    order.forEach(axis -> axes.append(value.axes().charAt(value.axis(axis))));
    return new Feature(value.layer(), axes.toString());
  }

  /** What repeats a vector over planes, which a product does by itself. */
  Feature expand(Feature value) {
    if (!graph.isVector(value.layer())) {
      throw new IllegalArgumentException("repeats planes");
    }
    return value;
  }

  Feature pad(OnnxNode node, OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0);
    List<Long> pads = inputs.integers("pads", 1);
    int rank = value.axes().length();
    Weight fill = inputs.optionalWeight(2);
    if (!node.text("mode", "constant").equals("constant")
        || node.real("value", 0) != 0
        || (fill != null && fill.read()[0] != 0)
        || pads == null
        || pads.size() != 2 * rank
        || inputs.count() > 3) {
      throw new IllegalArgumentException("pads by %s, or with more than zeros".formatted(pads));
    }
    int[] before = new int[128];
    int[] after = new int[128];
    for (int i = 0; i < rank; i++) {
      before[value.axes().charAt(i)] = size(pads.get(i));
      after[value.axes().charAt(i)] = size(pads.get(i + rank));
    }
    if (before['N'] + after['N'] + before['1'] + after['1'] > 0) {
      throw new IllegalArgumentException("pads pictures");
    }
    String layer = value.layer();
    if (before['C'] + after['C'] > 0) {
      layer = graph.add(new PadChannels(name, layer, before['C'], after['C']));
    }
    if (before['H'] + before['W'] + after['H'] + after['W'] > 0) {
      layer =
          graph.add(
              new Pad(graph.name(name), layer, before['H'], before['W'], after['H'], after['W']));
    }
    return new Feature(layer, value.axes());
  }

  private static int size(long size) {
    if (size < 0 || size > MOST) {
      throw new IllegalArgumentException("pads by " + size);
    }
    return (int) size;
  }

  /** Every so many rows and columns, both alike, by one operator or by two. */
  Feature slice(OnnxInputs inputs, String name) {
    Feature value = inputs.feature(0);
    List<Long> starts = inputs.integers("starts", 1);
    List<Long> ends = inputs.integers("ends", 2);
    List<Long> axes = inputs.integers("axes", 3);
    List<Long> steps = inputs.integers("steps", 4);
    if (starts == null || ends == null || starts.size() != ends.size()) {
      throw new IllegalArgumentException("slices from %s to %s".formatted(starts, ends));
    }
    Feature left = value;
    for (int i = 0; i < starts.size(); i++) {
      long axis = axes == null ? i : i < axes.size() ? axes.get(i) : -9;
      long step = steps == null ? 1 : i < steps.size() ? steps.get(i) : 0;
      if (starts.get(i) != 0 || ends.get(i) < Integer.MAX_VALUE || step < 1 || step > MOST) {
        throw new IllegalArgumentException(
            "cuts from %s to %s in steps of %s".formatted(starts, ends, steps));
      }
      left =
          step == 1 ? left : stepped(left, value.axes().charAt(value.axis(axis)), (int) step, name);
    }
    return left;
  }

  private Feature stepped(Feature value, char axis, int step, String name) {
    if (axis != 'H' && axis != 'W') {
      throw new IllegalArgumentException("leaves out pictures or channels");
    }
    if (value.halved() == 0) {
      return new Feature(value.layer(), value.axes(), null, axis, step);
    } else if (value.halved() == axis || value.step() != step) {
      throw new IllegalArgumentException("leaves out more rows than columns, or fewer");
    }
    return new Feature(graph.add(new Subsample(name, value.layer(), step)), value.axes());
  }

  Feature concat(OnnxNode node, OnnxInputs inputs, String name) {
    List<Feature> values = inputs.features();
    String axes = values.get(0).axes();
    if (values.get(0).axis(node.integer("axis", 1)) != values.get(0).channelAxis()
        || values.stream().anyMatch(value -> !value.axes().equals(axes))) {
      throw new IllegalArgumentException("joins along another axis than the channels");
    }
    return new Feature(graph.concat(name, values.stream().map(Feature::layer).toList()), axes);
  }

  Feature softmax(OnnxNode node, Feature value, long opset, String name) {
    long axis = node.integer("axis", opset < 13 ? 1 : -1);
    if (value.axis(axis) != value.channelAxis()) {
      throw new IllegalArgumentException(
          "works along axis %d of a value laid out as %s".formatted(axis, value.axes()));
    }
    String vector = graph.vector(name, value.layer());
    return new Feature(vector, value.axes(), Activation.SOFTMAX, (char) 0, 1);
  }
}
