package org.resnetserving.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.resnetserving.network.EmittedProgram.Stored;

/** Collects the lines and tensors of a program while an emitter walks over a graph. */
final class ProgramText {
  private final Graph graph;
  private final List<Stored> tensors = new ArrayList<>();
  private final StringBuilder setState = new StringBuilder();
  private final StringBuilder forward = new StringBuilder();
  private final Map<String, Integer> unread;
  private final Map<String, String> variables = new HashMap<>();
  private int names;

  ProgramText(Graph graph) {
    this.graph = graph;
    this.unread = graph.uses();
    variables.put(Graph.PIXELS, "x");
  }

  /** Stores a tensor; returns the expression that reads it. */
  String store(Weight weight, Element element, boolean channelsLast) {
    return store(new Stored("t" + tensors.size(), weight, element, channelsLast), "%s");
  }

  /**
   * Stores a tensor that is packed by {@code packing}, a format for its expression, when loaded.
   */
  String storePacked(Weight weight, Element element, String packing) {
    return store(new Stored("t" + tensors.size(), weight, element, false), packing);
  }

  private String store(Stored tensor, String packing) {
    String stored = packing.formatted("state[%d]".formatted(tensors.size()));
    setState.append("    self.%s = %s\n".formatted(tensor.attribute(), stored));
    tensors.add(tensor);
    return "self." + tensor.attribute();
  }

  /** The expression for a value of the graph, read once less from here on. */
  String read(String value) {
    consume(value);
    return variable(value);
  }

  /** A value of the graph is read once less from here on. */
  void consume(String value) {
    unread.merge(value, -1, Integer::sum);
  }

  /**
   * Whether nothing reads a value any more, so that its memory may be written over. What only looks
   * at another value's memory is never free.
   */
  boolean isFree(String value) {
    return unread.getOrDefault(value, 0) == 0
        && !value.equals(Graph.PIXELS)
        && !(graph.layer(value) instanceof Subsample)
        && !(graph.layer(value) instanceof Identity);
  }

  /** The variable of a value of the graph. */
  String variable(String value) {
    String variable = variables.get(value);
    if (variable == null) {
      throw new IllegalStateException(value + " has no variable yet");
    }
    return variable;
  }

  /** Adds a line that makes a value of the graph. */
  void define(String value, String expression) {
    variables.put(value, let(expression));
  }

  /** Adds a line that makes a value in between; returns its variable. */
  String let(String expression) {
    String variable = "v" + names++;
    forward.append("    ").append(variable).append(" = ").append(expression).append('\n');
    return variable;
  }

  /**
   * The three answers: logits, features, feature map. One that the network does not have is empty:
   * no numbers for each picture.
   *
   * @param answer the expression for a value, as float32
   */
  List<String> answers(UnaryOperator<String> answer) {
    List<String> answers = new ArrayList<>();
    for (String tap : Arrays.asList(graph.logits(), graph.features(), graph.featureMap())) {
      if (tap == null) {
        String any = answer.apply(graph.taps().get(0));
        answers.add("torch.slice(torch.flatten(%s, 1), 1, 0, 0, 1)".formatted(any));
      } else if (tap.equals(graph.featureMap()) || graph.isVector(tap)) {
        answers.add(answer.apply(tap));
      } else {
        answers.add("torch.flatten(%s, 1)".formatted(answer.apply(tap)));
      }
    }
    return answers;
  }

  /** The finished program, which answers with these expressions. */
  EmittedProgram finish(List<String> answers, boolean packs) {
    List<String> attributes = tensors.stream().map(Stored::attribute).toList();
    StringBuilder code = new StringBuilder();
    line(code, "class " + EmittedProgram.CLASS + "(Module):");
    line(code, "  __parameters__ = []");
    StringBuilder buffers = new StringBuilder();
    if (!packs) {
      attributes.forEach(name -> buffers.append('"').append(name).append("\", "));
    }
    line(code, "  __buffers__ = [" + buffers + "]");
    line(code, "  training : bool");
    attributes.forEach(name -> line(code, "  " + name + " : Tensor"));
    if (packs) {
      String self = "self: __torch__." + EmittedProgram.CLASS;
      line(code, "  def __getstate__(" + self + ") -> List[Tensor]:");
      line(code, "    return [self." + String.join(", self.", attributes) + "]");
      line(code, "  def __setstate__(" + self + ",");
      line(code, "    state: List[Tensor]) -> NoneType:");
      line(code, "    self.training = False");
      code.append(setState);
    }
    line(code, "  def forward(self: __torch__." + EmittedProgram.CLASS + ",");
    line(code, "    x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:");
    code.append(forward);
    line(code, "    return (" + String.join(", ", answers) + ")");
    return new EmittedProgram(code.toString(), tensors, packs);
  }

  /** The graph that is written. */
  Graph graph() {
    return graph;
  }

  private static void line(StringBuilder code, String line) {
    code.append(line).append('\n');
  }

  /** A list of numbers. */
  static String list(int... numbers) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < numbers.length; i++) {
      text.append(i == 0 ? "" : ", ").append(numbers[i]);
    }
    return text.append(']').toString();
  }

  /** A floating-point literal. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("no literal for " + value);
    }
    return Double.toString(value).toLowerCase(Locale.ROOT);
  }
}
