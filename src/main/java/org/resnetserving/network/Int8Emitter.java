package org.resnetserving.network;

import static org.resnetserving.network.ProgramText.list;
import static org.resnetserving.network.ProgramText.number;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a graph as oneDNN's 8-bit ops: weights signed and scaled per output channel, values
 * unsigned and scaled per tensor, from the raw pixels to the last feature map. Reads graphs in
 * which a convolution reads the pixels' planes and every other reads what a relu made.
 */
final class Int8Emitter {
  private static final int FLOAT32 = Element.FLOAT32.scalarType();
  private static final int LEVELS = 255;
  private static final long TO_THE_END = Long.MAX_VALUE;
  private static final String NO_SCALARS = "annotate(List[Optional[number]], [])";

  private final ProgramText text;
  private final ActivationRanges ranges;
  private final PackedSizes sizes;
  private final FloatOps ops;
  private final Map<String, Scaled> scales = new HashMap<>();
  private final Map<String, String> floats = new HashMap<>();
  private @Nullable Normalize input;

  /**
   * How a value is held in 8 bits: {@code (stored − zero) · scale}.
   *
   * @param scale of one step
   * @param zero what 0 is stored as
   */
  private record Scaled(double scale, int zero) {}

  private Int8Emitter(Graph graph, ActivationRanges ranges, PackedSizes sizes) {
    this.text = new ProgramText(graph);
    this.ranges = ranges;
    this.sizes = sizes;
    this.ops = new FloatOps(text, Element.FLOAT32, true);
  }

  /**
   * @param graph after all passes
   * @throws IllegalArgumentException if it holds what has no 8-bit form
   */
  static Program emit(Graph graph, ActivationRanges ranges, PackedSizes sizes) {
    return new Int8Emitter(graph, ranges, sizes).emit();
  }

  private Program emit() {
    Graph graph = text.graph();
    graph.layers().forEach(this::layer);
    return text.finish(text.answers(this::floating), true);
  }

  private void layer(Layer layer) {
    if (layer instanceof Normalize normalize) {
      input = normalize;
    } else if (layer instanceof Convolution convolution) {
      convolution(convolution);
    } else if (layer instanceof MaxPool pool) {
      maxPool(pool);
    } else if (layer instanceof Subsample subsample) {
      same(
          subsample,
          "torch.slice(torch.slice(%s, 2, 0, %s, %s), 3, 0, %2$s, %3$s)",
          TO_THE_END,
          subsample.step());
    } else if (layer instanceof PadChannels pad) {
      same(
          pad,
          "torch.constant_pad_nd(%s, %s, %s)",
          list(0, 0, 0, 0, pad.before(), pad.after()),
          scaled(pad.input()).zero());
    } else if (layer instanceof GlobalAveragePool pool) {
      floats.put(pool.name(), text.let("torch.mean(%s, [2, 3])".formatted(floating(pool.input()))));
    } else if (layer instanceof Linear linear) {
      floats.put(
          linear.name(),
          text.let(
              "torch.linear(%s, %s, %s)"
                  .formatted(
                      floating(linear.input()), vector(linear.weight()), bias(linear.bias()))));
    } else {
      throw new IllegalArgumentException("%s has no 8-bit form".formatted(layer));
    }
  }

  /** A layer that moves stored values as they are. */
  private void same(Layer.Unary layer, String format, Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = text.read(layer.input());
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    text.define(layer.name(), format.formatted(all));
    scales.put(layer.name(), scaled(layer.input()));
  }

  /**
   * libtorch's own pooling counts places in the type of the values and refuses bytes. Of three rows
   * by steps of two, one is even and two are odd: two elementwise maxima per direction.
   */
  private void maxPool(MaxPool pool) {
    String value = text.read(pool.input());
    if (pool.window().equals(Window.square(3, 2, 1)) && !pool.roundUp()) {
      value = threeByTwo(threeByTwo(value, 2), 3);
    } else {
      value =
          "torch.to(%s, 0)"
              .formatted(
                  text.let(
                      ops.maxPool(
                          pool, text.let("torch.to(%s, %d)".formatted(value, FLOAT32)), 0)));
    }
    text.define(pool.name(), value);
    scales.put(pool.name(), scaled(pool.input()));
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
    return "torch.slice(%s, %d, %s, %d, %d)".formatted(value, dimension, from, TO_THE_END, step);
  }

  private void convolution(Convolution convolution) {
    Window window = convolution.window();
    if (!window.isSymmetric()) {
      throw new IllegalArgumentException("%s pads asymmetrically".formatted(convolution.name()));
    }
    Normalize pixels = input;
    if (pixels != null && convolution.input().equals(pixels.name())) {
      String planes =
          text.let("torch.constant_pad_nd(%s, [0, 1], 255)".formatted(text.read(pixels.input())));
      qconv(
          convolution,
          text.let("torch.permute(%s, [0, 3, 1, 2])".formatted(planes)),
          new Scaled(1, 0),
          PixelKernel.of(convolution.weight(), pixels.how()),
          PixelKernel.means(pixels.how()));
    } else {
      qconv(
          convolution,
          text.read(convolution.input()),
          scaled(convolution.input()),
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
    String geometry =
        "%s, %s, %s, %d"
            .formatted(
                list(window.stride(), window.stride()),
                list(window.top(), window.left()),
                list(window.dilation(), window.dilation()),
                convolution.groups());
    QuantizedKernel quantized = new QuantizedKernel(kernel, means);
    String steps = text.store(quantized.steps(), Element.FLOAT32, false);
    String from = number(inScale.scale()) + ", " + inScale.zero();
    String weight =
        text.storePacked(
            quantized.levels(),
            Element.INT8,
            "ops.onednn.qconv_prepack(%%s, %s, %s, %s, %s)"
                .formatted(
                    steps,
                    from,
                    geometry,
                    sizes.input(convolution, kernel.size(1) * convolution.groups())));
    Scaled out = scaled(ranges.of(convolution.name()), convolution.relu());
    String to = number(out.scale()) + ", " + out.zero() + ", None";
    String operands = "%s, %s, %s, %s, %s".formatted(in, from, weight, steps, steps);
    String relu = convolution.relu() ? "\"relu\"" : "\"none\"";
    String bias = bias(quantized.corrected(convolution.bias()));
    scales.put(convolution.name(), out);
    if (convolution.addend() == null) {
      text.define(
          convolution.name(),
          "ops.onednn.qconv2d_pointwise(%s, %s, %s, %s, %s, %s, \"\")"
              .formatted(operands, bias, geometry, to, relu, NO_SCALARS));
      return;
    }
    Scaled addend = scaled(convolution.addend());
    String sum = text.read(convolution.addend());
    if (!text.isFree(convolution.addend())) {
      sum = text.let("torch.clone(%s)".formatted(sum));
    }
    text.define(
        convolution.name(),
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

  private static Scaled scaled(ActivationRanges.Range range, boolean rectified) {
    double high = Math.max(range.high(), 1e-6);
    if (rectified) {
      return new Scaled(high / LEVELS, 0);
    }
    double low = Math.min(range.low(), 0);
    double step = (high - low) / LEVELS;
    return new Scaled(step, (int) Math.round(-low / step));
  }

  private Scaled scaled(String value) {
    Scaled scaled = scales.get(value);
    if (scaled == null) {
      throw new IllegalArgumentException("%s is not held in 8 bits".formatted(value));
    }
    return scaled;
  }

  /** A value as float32. */
  private String floating(String value) {
    String known = floats.get(value);
    if (known == null) {
      Scaled scaled = scaled(value);
      String stored = "torch.to(%s, %d)".formatted(text.read(value), FLOAT32);
      if (scaled.zero() != 0) {
        stored = "torch.sub(%s, %d)".formatted(stored, scaled.zero());
      }
      known = text.let("torch.mul(%s, %s)".formatted(stored, number(scaled.scale())));
      floats.put(value, known);
    }
    return known;
  }

  private String bias(@Nullable Weight bias) {
    return bias == null ? "None" : vector(bias);
  }

  private String vector(Weight weight) {
    return text.store(weight, Element.FLOAT32, false);
  }
}
