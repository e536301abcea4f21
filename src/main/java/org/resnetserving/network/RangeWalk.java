package org.resnetserving.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.ActivationRanges.Range;

/** Walks a graph from what its batch norms know of their inputs and outputs to all other values. */
final class RangeWalk {
  private final Graph graph;
  private final double deviations;
  private final Map<String, Moments> moments = new HashMap<>();
  private final Map<String, Range> ranges = new HashMap<>();

  /** What a batch norm that reads a value knows of it. */
  private final Map<String, Moments> known = new HashMap<>();

  RangeWalk(Graph graph, double deviations) {
    this.graph = graph;
    this.deviations = deviations;
  }

  ActivationRanges walk() {
    for (Layer layer : graph.layers()) {
      if (layer instanceof BatchNorm norm) {
        known.putIfAbsent(norm.input(), Moments.before(norm));
      }
    }
    for (Layer layer : graph.layers()) {
      List<Moments> in =
          layer.inputs().stream().map(moments::get).filter(Objects::nonNull).toList();
      Moments made = in.size() == layer.inputs().size() ? made(layer, in) : null;
      if (layer instanceof BatchNorm norm) {
        made = Moments.of(norm.beta().read(), norm.gamma().read());
      }
      Moments after = known.getOrDefault(layer.name(), made);
      if (after != null) {
        moments.put(layer.name(), after);
        ranges.put(layer.name(), range(layer, after));
      }
    }
    Map<String, double[]> means = new HashMap<>();
    moments.forEach((name, of) -> means.put(name, of.means()));
    return ActivationRanges.of(ranges, means);
  }

  /** What a layer makes of inputs with these moments; null if nothing is known of it. */
  private static @Nullable Moments made(Layer layer, List<Moments> in) {
    Moments first = in.get(0);
    if (layer instanceof Relu) {
      return first.rectified();
    } else if (layer instanceof Sigmoid) {
      return first.gated();
    } else if (layer instanceof Add) {
      return first.plus(in.get(1));
    } else if (layer instanceof Multiply) {
      return first.times(in.get(1));
    } else if (layer instanceof Concat) {
      return Moments.joined(in);
    } else if (layer instanceof PadChannels pad) {
      return first.padded(pad.before(), pad.after());
    } else if (layer instanceof GlobalAveragePool) {
      return first.pooled();
    } else if (layer instanceof Linear linear) {
      return Moments.of(linear, first);
    } else if (layer instanceof ChannelConvolution convolution) {
      return Moments.of(convolution, first);
    } else if (layer instanceof Scale scale) {
      return first.times(scale.factor());
    } else if (layer instanceof MaxPool
        || layer instanceof AveragePool
        || layer instanceof Subsample
        || layer instanceof Pad
        || layer instanceof Identity) {
      return first;
    }
    return null;
  }

  /** The range of what a layer makes: by its input's where it moves or bounds that. */
  private Range range(Layer layer, Moments after) {
    Range own = after.range(deviations);
    Range before = ranges.get(layer.inputs().get(0));
    if (layer instanceof Sigmoid) {
      return new Range(0, 1);
    } else if (before == null) {
      return layer instanceof Relu ? new Range(0, Math.max(own.high(), 0)) : own;
    } else if (layer instanceof Relu) {
      return new Range(0, Math.max(before.high(), 0));
    } else if (layer instanceof Scale scale) {
      return before.times(scale.factor());
    } else if (layer instanceof Multiply multiply) {
      return gated(multiply, before, own);
    } else if (layer instanceof PadChannels
        || layer instanceof Pad
        || layer instanceof AveragePool) {
      return before.including(0);
    } else if (layer instanceof MaxPool
        || layer instanceof Subsample
        || layer instanceof Identity) {
      return before;
    }
    return own;
  }

  /** A value times a gate between 0 and 1 stays between itself and 0. */
  private Range gated(Multiply multiply, Range left, Range own) {
    Range right = ranges.get(multiply.right());
    if (graph.layer(multiply.right()) instanceof Sigmoid) {
      return left.including(0);
    } else if (right != null && graph.layer(multiply.left()) instanceof Sigmoid) {
      return right.including(0);
    }
    return own;
  }
}
