package org.resnetserving.network;

import static org.resnetserving.network.ProgramText.list;
import static org.resnetserving.network.ProgramText.number;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a graph as floating-point ops, either those that every build of libtorch has, or those of
 * oneDNN that do what follows a convolution while its output is still in the cache.
 */
final class FloatEmitter {
  private static final long TO_THE_END = Long.MAX_VALUE;
  private static final String NO_SCALARS = "annotate(List[Optional[number]], [])";

  private final ProgramText text;
  private final Element element;
  private final boolean channelsLast;
  private final @Nullable PackedSizes sizes;
  private final @Nullable List<String> extremes;

  private FloatEmitter(
      Graph graph,
      Element element,
      boolean channelsLast,
      @Nullable PackedSizes sizes,
      @Nullable List<String> extremes) {
    this.text = new ProgramText(graph);
    this.element = element;
    this.channelsLast = channelsLast;
    this.sizes = sizes;
    this.extremes = extremes;
  }

  /**
   * One op per layer.
   *
   * @param graph with or without batch norms, fused or not
   * @param channelsLast whether values lie in memory with the channel innermost, as the pixels do
   */
  static Program plain(Graph graph, Element element, boolean channelsLast) {
    return new FloatEmitter(graph, element, channelsLast, null, null).emit();
  }

  /** oneDNN's fused ops, over weights that it packs when the program is loaded. */
  static Program fused(Graph graph, Element element, PackedSizes sizes) {
    return new FloatEmitter(graph, element, true, sizes, null).emit();
  }

  /**
   * The plain program, but in the place of the features it answers, for each picture, the least and
   * the greatest value that each convolution makes, in their order.
   */
  static Program probe(Graph graph) {
    return new FloatEmitter(graph, Element.FLOAT32, true, null, new ArrayList<>()).emit();
  }

  private Program emit() {
    Graph graph = text.graph();
    for (Layer layer : graph.layers()) {
      text.define(layer.name(), expression(layer));
      if (extremes != null && layer instanceof Layer.Convolution) {
        String made = text.variable(layer.name());
        extremes.add(text.let("torch.amin(%s, [1, 2, 3])".formatted(made)));
        extremes.add(text.let("torch.amax(%s, [1, 2, 3])".formatted(made)));
      }
    }
    List<String> answers = new ArrayList<>(graph.taps().stream().map(this::answer).toList());
    if (extremes != null) {
      answers.set(1, "torch.stack([%s], 1)".formatted(String.join(", ", extremes)));
    }
    return text.finish(answers, sizes != null);
  }

  private String answer(String tap) {
    String variable = text.variable(tap);
    return element == Element.FLOAT32 ? variable : to(variable, Element.FLOAT32);
  }

  private static String to(String value, Element element) {
    return "torch.to(%s, %d)".formatted(value, element.scalarType());
  }

  private String expression(Layer layer) {
    if (layer instanceof Layer.Convolution convolution) {
      return convolution(convolution);
    }
    List<String> in = layer.inputs().stream().map(text::read).toList();
    String first = in.get(0);
    if (layer instanceof Layer.Normalize normalize) {
      return normalize(normalize.how(), first);
    } else if (layer instanceof Layer.BatchNorm norm) {
      return "torch.batch_norm(%s, %s, %s, %s, %s, False, 0., %s, False)"
          .formatted(
              first,
              vector(norm.gamma()),
              vector(norm.beta()),
              vector(norm.mean()),
              vector(norm.variance()),
              number(norm.epsilon()));
    } else if (layer instanceof Layer.Relu) {
      return "torch.relu(%s)".formatted(first);
    } else if (layer instanceof Layer.Add) {
      return "torch.add(%s, %s)".formatted(first, in.get(1));
    } else if (layer instanceof Layer.MaxPool pool) {
      return maxPool(pool, first);
    } else if (layer instanceof Layer.GlobalAveragePool) {
      return "torch.mean(%s, [2, 3])".formatted(first);
    } else if (layer instanceof Layer.Linear linear) {
      return "torch.linear(%s, %s, %s)"
          .formatted(first, vector(linear.weight()), optional(linear.bias()));
    } else if (layer instanceof Layer.Subsample subsample) {
      String rows = "torch.slice(%s, 2, 0, %d, %d)".formatted(first, TO_THE_END, subsample.step());
      return "torch.slice(%s, 3, 0, %d, %d)".formatted(rows, TO_THE_END, subsample.step());
    } else if (layer instanceof Layer.PadChannels pad) {
      return pad(first, 0, 0, 0, 0, pad.before(), pad.after());
    } else if (layer instanceof Layer.Pad pad) {
      return pad(first, pad.left(), pad.right(), pad.top(), pad.bottom());
    } else if (layer instanceof Layer.Concat) {
      return "torch.cat([%s], 1)".formatted(String.join(", ", in));
    } else if (layer instanceof Layer.Scale scale) {
      return "torch.mul(%s, %s)".formatted(first, number(scale.factor()));
    } else if (layer instanceof Layer.Identity) {
      return first;
    }
    throw new IllegalStateException("no op for " + layer);
  }

  private String normalize(Normalization how, String pixels) {
    String planes = "torch.permute(%s, [0, 3, 1, 2])".formatted(pixels);
    if (!channelsLast) {
      planes = "torch.contiguous(%s)".formatted(planes);
    }
    String value = text.let(to(planes, Element.FLOAT32));
    text.let("torch.div_(%s, %s)".formatted(value, number(how.divisor())));
    text.let("torch.sub_(%s, %s)".formatted(value, perChannel("mean", how.mean())));
    String normal = "torch.div_(%s, %s)".formatted(value, perChannel("deviation", how.deviation()));
    return element == Element.FLOAT32 ? normal : to(text.let(normal), element);
  }

  private String convolution(Layer.Convolution convolution) {
    Window window = convolution.window();
    String in = text.read(convolution.input());
    if (!window.isSymmetric()) {
      in = text.let(pad(in, window.left(), window.right(), window.top(), window.bottom()));
    }
    if (sizes != null) {
      return fused(convolution, in, sizes.input(convolution));
    }
    String out =
        "torch.conv2d(%s, %s, %s, %s, %s, [1, 1], 1)"
            .formatted(
                in,
                text.store(convolution.weight(), element, channelsLast),
                optional(convolution.bias()),
                list(window.stride(), window.stride()),
                window.isSymmetric() ? list(window.top(), window.left()) : list(0, 0));
    if (convolution.addend() != null) {
      out = "torch.add_(%s, %s)".formatted(text.let(out), text.read(convolution.addend()));
    }
    return convolution.relu() ? "torch.relu_(%s)".formatted(text.let(out)) : out;
  }

  private String fused(Layer.Convolution convolution, String in, String size) {
    Window window = convolution.window();
    String geometry =
        "%s, %s, [1, 1], 1"
            .formatted(
                window.isSymmetric() ? list(window.top(), window.left()) : list(0, 0),
                list(window.stride(), window.stride()));
    String weight =
        text.storePacked(
            convolution.weight(),
            element,
            "ops.mkldnn._reorder_convolution_weight(%%s, %s, %s)".formatted(geometry, size));
    String bias = optional(convolution.bias());
    String relu = convolution.relu() ? "\"relu\"" : "None";
    if (convolution.addend() == null) {
      return "ops.mkldnn._convolution_pointwise(%s, %s, %s, %s, %s, %s, \"\")"
          .formatted(
              in, weight, bias, geometry, convolution.relu() ? relu : "\"none\"", NO_SCALARS);
    }
    String addend = text.read(convolution.addend());
    boolean inPlace = text.isFree(convolution.addend());
    return "ops.mkldnn._convolution_pointwise%s(%s, %s, %s, %s, \"add\", None, %s, %s, None)"
        .formatted(
            inPlace ? "_" : "",
            inPlace ? addend + ", " + in : in + ", " + addend,
            weight,
            bias,
            geometry,
            relu,
            NO_SCALARS);
  }

  static String maxPool(Layer.MaxPool pool, String in) {
    Window window = pool.window();
    return "torch.max_pool2d(%s, %s, %s, %s, [1, 1], %s)"
        .formatted(
            in,
            list(window.height(), window.width()),
            list(window.stride(), window.stride()),
            list(window.top(), window.left()),
            pool.roundUp() ? "True" : "False");
  }

  private static String pad(String in, int... innermostFirst) {
    return "torch.constant_pad_nd(%s, %s, 0.)".formatted(in, list(innermostFirst));
  }

  private String perChannel(String name, List<Float> numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i);
    }
    Weight weight = new Weight(name, new int[] {1, values.length, 1, 1}, values::clone);
    return text.store(weight, Element.FLOAT32, false);
  }

  private String optional(@Nullable Weight weight) {
    return weight == null ? "None" : vector(weight);
  }

  private String vector(Weight weight) {
    return text.store(weight, element, false);
  }
}
