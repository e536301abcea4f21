package org.resnetserving.network;

import static org.resnetserving.network.ProgramText.list;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a graph as floating-point ops, either those that every build of libtorch has, or those of
 * oneDNN that do what follows a convolution while its output is still in the cache.
 */
final class FloatEmitter {
  private static final String NO_SCALARS = "annotate(List[Optional[number]], [])";

  private final ProgramText text;
  private final FloatOps ops;
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
    this.ops = new FloatOps(text, element, channelsLast);
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
  static EmittedProgram plain(Graph graph, Element element, boolean channelsLast) {
    return new FloatEmitter(graph, element, channelsLast, null, null).emit();
  }

  /** oneDNN's fused ops, over weights that it packs when the program is loaded. */
  static EmittedProgram fused(Graph graph, Element element, PackedSizes sizes) {
    return new FloatEmitter(graph, element, true, sizes, null).emit();
  }

  /**
   * The plain program, but in the place of the features it answers, for each picture, the least and
   * the greatest value of each that an 8-bit program is scaled by, in their order.
   */
  static EmittedProgram probe(Graph graph) {
    return new FloatEmitter(graph, Element.FLOAT32, true, null, new ArrayList<>()).emit();
  }

  private EmittedProgram emit() {
    Graph graph = text.graph();
    Set<String> scaled = extremes == null ? Set.of() : new HashSet<>(Int8Emitter.scaled(graph));
    for (Layer layer : graph.layers()) {
      text.define(layer.name(), expression(layer));
      if (extremes != null && scaled.contains(layer.name())) {
        String made = text.variable(layer.name());
        extremes.add(text.let("torch.amin(%s, [1, 2, 3])".formatted(made)));
        extremes.add(text.let("torch.amax(%s, [1, 2, 3])".formatted(made)));
      }
    }
    List<String> answers = text.answers(this::answer);
    if (extremes != null) {
      answers.set(1, "torch.stack([%s], 1)".formatted(String.join(", ", extremes)));
    }
    return text.finish(answers, sizes != null);
  }

  private String answer(String tap) {
    String variable = text.variable(tap);
    return element == Element.FLOAT32 ? variable : FloatOps.to(variable, Element.FLOAT32);
  }

  private String expression(Layer layer) {
    return layer instanceof Convolution convolution
        ? convolution(convolution)
        : ops.expression(layer, layer.inputs().stream().map(text::read).toList());
  }

  private String convolution(Convolution convolution) {
    Window window = convolution.window();
    String in = text.read(convolution.input());
    if (!window.isSymmetric()) {
      in =
          text.let(
              FloatOps.pad(in, 0, window.left(), window.right(), window.top(), window.bottom()));
    }
    String padding = window.isSymmetric() ? list(window.top(), window.left()) : list(0, 0);
    String stride = list(window.stride(), window.stride());
    String rest =
        "%s, %d".formatted(list(window.dilation(), window.dilation()), convolution.groups());
    if (sizes != null) {
      String geometry = "%s, %s, %s".formatted(padding, stride, rest);
      return fused(convolution, in, geometry, sizes.input(convolution));
    }
    String out =
        "torch.conv2d(%s, %s, %s, %s, %s, %s)"
            .formatted(
                in,
                text.store(convolution.weight(), element, channelsLast),
                ops.optional(convolution.bias()),
                stride,
                padding,
                rest);
    if (convolution.addend() != null) {
      out = "torch.add_(%s, %s)".formatted(text.let(out), text.read(convolution.addend()));
    }
    return convolution.relu() ? "torch.relu_(%s)".formatted(text.let(out)) : out;
  }

  private String fused(Convolution convolution, String in, String geometry, String size) {
    String weight =
        text.storePacked(
            convolution.weight(),
            element,
            "ops.mkldnn._reorder_convolution_weight(%%s, %s, %s)".formatted(geometry, size));
    String bias = ops.optional(convolution.bias());
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
}
