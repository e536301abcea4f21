package org.resnetserving.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a network: it makes the value that carries its name out of the values that it names
 * as inputs. Values are float32, one {@link Shape} per picture.
 */
public sealed interface Layer {

  /** The value that it makes. */
  String name();

  /** The values that it reads. */
  List<String> inputs();

  /** The same step reading other values, as many as {@link #inputs()}. */
  Layer reading(List<String> inputs);

  /**
   * The size of what it makes.
   *
   * @throws IllegalArgumentException if it can't read inputs of these sizes
   */
  Shape shape(List<Shape> inputs);

  /** Its tensors. */
  default List<Weight> weights() {
    return List.of();
  }

  /** Those of its numbers that training changes by gradient: all but batch-norm statistics. */
  default long parameters() {
    return weights().stream().mapToLong(Weight::elements).sum();
  }

  /** Multiplications with weights, each with its addition, for an output of this size. */
  default long multiplyAdds(Shape output) {
    return 0;
  }

  /** A step with one input. */
  sealed interface Unary extends Layer {

    /** The value that it reads. */
    String input();

    @Override
    default List<String> inputs() {
      return List.of(input());
    }
  }

  /** 8-bit pixels (height, width, channel) to normalised planes. */
  record Normalize(String name, String input, Normalization how) implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new Normalize(name, inputs.get(0), how);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return require(this, inputs.get(0), how.channels());
    }
  }

  /**
   * Cross-correlation, then the bias, then {@code addend} added, then {@code relu}, each if there.
   *
   * @param weight (output channel, input channel, row, column)
   * @param bias one per output channel
   * @param addend a value of the output's size
   */
  record Convolution(
      String name,
      String input,
      Weight weight,
      @Nullable Weight bias,
      Window window,
      @Nullable String addend,
      boolean relu)
      implements Layer {

    /** A convolution alone. */
    public Convolution(
        String name, String input, Weight weight, @Nullable Weight bias, Window window) {
      this(name, input, weight, bias, window, null, false);
    }

    @Override
    public List<String> inputs() {
      return addend == null ? List.of(input) : List.of(input, addend);
    }

    @Override
    public Layer reading(List<String> inputs) {
      return new Convolution(
          name, inputs.get(0), weight, bias, window, addend == null ? null : inputs.get(1), relu);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape out = window.over(require(this, inputs.get(0), weight.size(1)), weight.size(0), false);
      if (addend != null && !inputs.get(1).equals(out)) {
        throw new IllegalArgumentException(
            "%s makes %s and adds %s".formatted(name, out, inputs.get(1)));
      }
      return out;
    }

    @Override
    public List<Weight> weights() {
      return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public long multiplyAdds(Shape output) {
      return weight.elements() * output.height() * output.width();
    }
  }

  /** {@code (x − mean) / sqrt(variance + epsilon) · gamma + beta} per channel. */
  record BatchNorm(
      String name,
      String input,
      Weight gamma,
      Weight beta,
      Weight mean,
      Weight variance,
      double epsilon)
      implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new BatchNorm(name, inputs.get(0), gamma, beta, mean, variance, epsilon);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return require(this, inputs.get(0), gamma.size(0));
    }

    @Override
    public List<Weight> weights() {
      return List.of(gamma, beta, mean, variance);
    }

    @Override
    public long parameters() {
      return gamma.elements() + beta.elements();
    }
  }

  /** {@code max(x, 0)}. */
  record Relu(String name, String input) implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new Relu(name, inputs.get(0));
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(0);
    }
  }

  /** The sum of two values of one size. */
  record Add(String name, String left, String right) implements Layer {
    @Override
    public List<String> inputs() {
      return List.of(left, right);
    }

    @Override
    public Layer reading(List<String> inputs) {
      return new Add(name, inputs.get(0), inputs.get(1));
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      if (!inputs.get(0).equals(inputs.get(1))) {
        throw new IllegalArgumentException(
            "%s adds %s and %s".formatted(name, inputs.get(0), inputs.get(1)));
      }
      return inputs.get(0);
    }
  }

  /**
   * The largest value under each window; padding never wins.
   *
   * @param window with opposite sides padded alike, by at most half of the window
   * @param roundUp whether a last window may hang over the far edge, as Caffe's do
   */
  record MaxPool(String name, String input, Window window, boolean roundUp) implements Unary {

    /** Refuses a padding that libtorch's pooling can't do. */
    public MaxPool {
      if (!window.isSymmetric()
          || window.top() * 2 > window.height()
          || window.left() * 2 > window.width()) {
        throw new IllegalArgumentException("%s pools with %s".formatted(name, window));
      }
    }

    @Override
    public Layer reading(List<String> inputs) {
      return new MaxPool(name, inputs.get(0), window, roundUp);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return window.over(inputs.get(0), inputs.get(0).channels(), roundUp);
    }
  }

  /** The mean of each plane: a vector. */
  record GlobalAveragePool(String name, String input) implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new GlobalAveragePool(name, inputs.get(0));
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return new Shape(inputs.get(0).channels(), 1, 1);
    }
  }

  /**
   * A fully connected layer over a vector.
   *
   * @param weight (output, input)
   * @param bias one per output
   */
  record Linear(String name, String input, Weight weight, @Nullable Weight bias) implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new Linear(name, inputs.get(0), weight, bias);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape in = require(this, inputs.get(0), weight.size(1));
      if (in.height() != 1 || in.width() != 1) {
        throw new IllegalArgumentException("%s reads a vector, not %s".formatted(name, in));
      }
      return new Shape(weight.size(0), 1, 1);
    }

    @Override
    public List<Weight> weights() {
      return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public long multiplyAdds(Shape output) {
      return weight.elements();
    }
  }

  /** Every {@code step}-th row and column, the first included. */
  record Subsample(String name, String input, int step) implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new Subsample(name, inputs.get(0), step);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return new Window(1, 1, step, 0, 0, 0, 0)
          .over(inputs.get(0), inputs.get(0).channels(), false);
    }
  }

  /** Planes of zeros before and after those of the input. */
  record PadChannels(String name, String input, int before, int after) implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new PadChannels(name, inputs.get(0), before, after);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape in = inputs.get(0);
      return new Shape(before + in.channels() + after, in.height(), in.width());
    }
  }

  /** Rows and columns of zeros around each plane. */
  record Pad(String name, String input, int top, int left, int bottom, int right) implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new Pad(name, inputs.get(0), top, left, bottom, right);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape in = inputs.get(0);
      return new Shape(in.channels(), top + in.height() + bottom, left + in.width() + right);
    }
  }

  /** The planes of several values of one height and width, in order. */
  record Concat(String name, List<String> inputs) implements Layer {

    /** Copies the list. */
    public Concat {
      inputs = List.copyOf(inputs);
    }

    @Override
    public Layer reading(List<String> inputs) {
      return new Concat(name, inputs);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape first = inputs.get(0);
      int channels = 0;
      for (Shape in : inputs) {
        if (in.height() != first.height() || in.width() != first.width()) {
          throw new IllegalArgumentException("%s joins %s and %s".formatted(name, first, in));
        }
        channels += in.channels();
      }
      return new Shape(channels, first.height(), first.width());
    }
  }

  /** The input times a constant. */
  record Scale(String name, String input, double factor) implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new Scale(name, inputs.get(0), factor);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(0);
    }
  }

  /** The input as it is: what dropout is after training. */
  record Identity(String name, String input) implements Unary {
    @Override
    public Layer reading(List<String> inputs) {
      return new Identity(name, inputs.get(0));
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(0);
    }
  }

  private static Shape require(Layer layer, Shape in, int channels) {
    if (in.channels() != channels) {
      throw new IllegalArgumentException(
          "%s reads %d channels, and %s has %d"
              .formatted(layer.name(), channels, layer.inputs().get(0), in.channels()));
    }
    return in;
  }
}
