package org.resnetserving.network;

import static org.resnetserving.network.ProgramText.list;
import static org.resnetserving.network.ProgramText.number;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a graph's convolutions as oneDNN's 8-bit ops: weights signed and scaled per output
 * channel, values unsigned and scaled per tensor. What has no 8-bit op is calculated in float32,
 * and rounded to 8 bits where a convolution reads it.
 */
final class Int8Emitter {
  private static final int FLOAT32 = Element.FLOAT32.scalarType();

  /** libtorch's number for 8-bit values with a scale. */
  private static final int QUINT8 = 13;

  private static final int LEVELS = 255;
  private static final String NO_SCALARS = "annotate(List[Optional[number]], [])";

  private final ProgramText text;
  private final ActivationRanges ranges;
  private final PackedSizes sizes;
  private final FloatOps ops;
  private final int largestLevel;
  private final Map<String, Scaled> scales = new HashMap<>();
  private final Map<String, String> floats = new HashMap<>();

  /**
   * How a value is held in 8 bits: {@code (stored − zero) · scale}.
   *
   * @param scale of one step
   * @param zero what 0 is stored as
   */
  private record Scaled(double scale, int zero) {}

  private Int8Emitter(Graph graph, ActivationRanges ranges, PackedSizes sizes, int largestLevel) {
    this.text = new ProgramText(graph);
    this.ranges = ranges;
    this.sizes = sizes;
    this.ops = new FloatOps(text, Element.FLOAT32, true);
    this.largestLevel = largestLevel;
  }

  /**
   * @param graph after all passes
   * @param ranges of all values that {@link #scaled} names
   * @param largestLevel of the kernels' levels: 127, or 63 where pairs of products are added in 16
   *     bits
   * @throws IllegalArgumentException if a range is missing
   */
  static EmittedProgram emit(
      Graph graph, ActivationRanges ranges, PackedSizes sizes, int largestLevel) {
    return new Int8Emitter(graph, ranges, sizes, largestLevel).emit();
  }

  /** The values that are rounded to 8 bits, each by a range of its own, in their order. */
  static List<String> scaled(Graph graph) {
    Set<String> held = new HashSet<>();
    Set<String> needed = new HashSet<>();
    for (Layer layer : graph.layers()) {
      if (layer instanceof Convolution convolution) {
        held.add(layer.name());
        needed.add(layer.name());
        for (String in : convolution.inputs()) {
          if (!held.contains(in) && pixels(graph, convolution) == null) {
            held.add(in);
            needed.add(in);
          }
        }
      } else if (movesStored(layer) && held.contains(layer.inputs().get(0))) {
        held.add(layer.name());
      }
    }
    return graph.layers().stream().map(Layer::name).filter(needed::contains).toList();
  }

  /** The pixels that a convolution can read as they are; null if it reads something else. */
  private static @Nullable Normalize pixels(Graph graph, Convolution convolution) {
    return convolution.groups() == 1
            && graph.layer(convolution.input()) instanceof Normalize normalize
        ? normalize
        : null;
  }

  /** Whether a layer's output is some of its input, or zeros: 8-bit values stay what they are. */
  private static boolean movesStored(Layer layer) {
    return layer instanceof MaxPool
        || layer instanceof Subsample
        || layer instanceof PadChannels
        || layer instanceof Pad;
  }

  private EmittedProgram emit() {
    Graph graph = text.graph();
    graph.layers().forEach(this::layer);
    return text.finish(text.answers(this::floating), true);
  }

  private void layer(Layer layer) {
    layer.inputs().forEach(text::consume);
    if (layer instanceof Convolution convolution) {
      convolution(convolution);
    } else if (movesStored(layer) && scales.containsKey(layer.inputs().get(0))) {
      moved(layer, layer.inputs().get(0));
    } else if (!(layer instanceof Normalize)) {
      List<String> in = layer.inputs().stream().map(this::floating).toList();
      floats.put(layer.name(), text.let(ops.expression(layer, in)));
    }
  }

  private void moved(Layer layer, String input) {
    Scaled scaled = stored(input);
    String in = text.variable(input);
    String made;
    if (layer instanceof MaxPool pool) {
      made = maxPool(pool, in);
    } else if (layer instanceof Subsample subsample) {
      made = FloatOps.subsample(subsample, in);
    } else if (layer instanceof PadChannels pad) {
      made = pad(in, scaled, 0, 0, 0, 0, pad.before(), pad.after());
    } else if (layer instanceof Pad pad) {
      made = pad(in, scaled, pad.left(), pad.right(), pad.top(), pad.bottom());
    } else {
      throw new IllegalStateException("not moved: " + layer);
    }
    text.define(layer.name(), made);
    scales.put(layer.name(), scaled);
  }

  private static String pad(String in, Scaled scaled, int... innermostFirst) {
    return "torch.constant_pad_nd(%s, %s, %d)".formatted(in, list(innermostFirst), scaled.zero());
  }

  /**
   * libtorch's own pooling counts places in the type of the values and refuses bytes. Of three rows
   * by steps of two, one is even and two are odd: two elementwise maxima per direction.
   */
  private String maxPool(MaxPool pool, String value) {
    if (pool.window().equals(Window.square(3, 2, 1)) && !pool.roundUp()) {
      return threeByTwo(threeByTwo(value, 2), 3);
    }
    String wide = text.let("torch.to(%s, %d)".formatted(value, FLOAT32));
    return "torch.to(%s, 0)".formatted(text.let(ops.maxPool(pool, wide, 0)));
  }

  private String threeByTwo(String value, int dimension) {
    String even = text.let(slice(value, dimension, "0", 2));
    String odd = text.let(slice(value, dimension, "1", 2));
    String largest = text.let("torch.clone(%s, memory_format=2)".formatted(even));
    String here =
        text.let(
            "torch.slice(%s, %d, 0, torch.size(%s, %2$d), 1)".formatted(largest, dimension, odd));
    text.let("torch.maximum(%s, %s, out=%1$s)".formatted(here, odd));
    String later = text.let(slice(largest, dimension, "1", 1));
    String before =
        text.let(
            "torch.slice(%s, %d, 0, torch.size(%s, %2$d), 1)".formatted(odd, dimension, later));
    text.let("torch.maximum(%s, %s, out=%1$s)".formatted(later, before));
    return largest;
  }

  private static String slice(String value, int dimension, String from, int step) {
    return "torch.slice(%s, %d, %s, %d, %d)"
        .formatted(value, dimension, from, Long.MAX_VALUE, step);
  }

  private void convolution(Convolution convolution) {
    Normalize pixels = pixels(text.graph(), convolution);
    if (pixels != null) {
      String planes =
          text.let(
              "torch.constant_pad_nd(%s, [0, 1], 255)".formatted(text.variable(pixels.input())));
      qconv(
          convolution,
          text.let("torch.permute(%s, [0, 3, 1, 2])".formatted(planes)),
          new Scaled(1, 0),
          PixelKernel.of(convolution.weight(), pixels.how()),
          PixelKernel.means(pixels.how()));
    } else {
      Scaled scaled = stored(convolution.input());
      qconv(
          convolution,
          text.variable(convolution.input()),
          scaled,
          convolution.weight(),
          ranges.means(convolution.input()));
    }
  }

  private void qconv(
      Convolution convolution,
      String in,
      Scaled inScale,
      Weight kernel,
      double @Nullable [] means) {
    Window window = convolution.window();
    if (!window.isSymmetric()) {
      in = text.let(pad(in, inScale, window.left(), window.right(), window.top(), window.bottom()));
    }
    String geometry =
        "%s, %s, %s, %d"
            .formatted(
                list(window.stride(), window.stride()),
                window.isSymmetric() ? list(window.top(), window.left()) : list(0, 0),
                list(window.dilation(), window.dilation()),
                convolution.groups());
    QuantizedKernel quantized =
        new QuantizedKernel(kernel, convolution.groups(), means, largestLevel);
    String steps = text.store(quantized.steps(), Element.FLOAT32, false);
    String from = number(inScale.scale()) + ", " + inScale.zero();
    String size = sizes.input(convolution, kernel.size(1) * convolution.groups());
    String weight =
        text.storePacked(
            quantized.levels(),
            Element.INT8,
            "ops.onednn.qconv_prepack(%%s, %s, %s, %s, %s)".formatted(steps, from, geometry, size));
    Scaled out = scaledBy(ranges.of(convolution.name()), convolution.relu());
    String to = number(out.scale()) + ", " + out.zero() + ", None";
    String operands = "%s, %s, %s, %s, %s".formatted(in, from, weight, steps, steps);
    String relu = convolution.relu() ? "\"relu\"" : "\"none\"";
    String bias = ops.optional(quantized.corrected(convolution.bias()));
    String name = convolution.name();
    if (convolution.addend() == null) {
      text.define(
          name,
          "ops.onednn.qconv2d_pointwise(%s, %s, %s, %s, %s, %s, \"\")"
              .formatted(operands, bias, geometry, to, relu, NO_SCALARS));
    } else {
      Scaled addend = stored(convolution.addend());
      String sum = text.variable(convolution.addend());
      if (!text.isFree(convolution.addend())) {
        sum = text.let("torch.clone(%s)".formatted(sum));
      }
      text.define(
          name,
          "ops.onednn.qconv2d_pointwise(%s, %s, %s, %s, %s, %s, %d, \"sum\", None, %s, %s, \"\")"
              .formatted(
                  operands,
                  sum,
                  bias,
                  geometry,
                  to,
                  number(addend.scale()),
                  addend.zero(),
                  relu,
                  NO_SCALARS));
    }
    scales.put(name, out);
  }

  private static Scaled scaledBy(ActivationRanges.Range range, boolean rectified) {
    double high = Math.max(range.high(), 1e-6);
    double low = rectified ? 0 : Math.min(range.low(), 0);
    double step = (high - low) / LEVELS;
    return new Scaled(step, (int) Math.round(-low / step));
  }

  /** Sees to it that a value's variable holds 8 bits; says how. */
  private Scaled stored(String value) {
    Scaled scaled = scales.get(value);
    if (scaled == null) {
      scaled = scaledBy(ranges.of(value), false);
      String rounded =
          text.let(
              "torch.quantize_per_tensor(%s, %s, %d, %d)"
                  .formatted(floating(value), number(scaled.scale()), scaled.zero(), QUINT8));
      text.define(value, "torch.int_repr(%s)".formatted(rounded));
      scales.put(value, scaled);
    }
    return scaled;
  }

  /** A value as float32. */
  private String floating(String value) {
    String known = floats.get(value);
    if (known == null) {
      if (text.graph().layer(value) instanceof Normalize normalize) {
        known = text.let(ops.expression(normalize, List.of(text.variable(normalize.input()))));
      } else {
        Scaled scaled = stored(value);
        String wide = "torch.to(%s, %d)".formatted(text.variable(value), FLOAT32);
        if (scaled.zero() != 0) {
          wide = "torch.sub(%s, %d)".formatted(wide, scaled.zero());
        }
        known = text.let("torch.mul(%s, %s)".formatted(wide, number(scaled.scale())));
      }
      floats.put(value, known);
    }
    return known;
  }
}
