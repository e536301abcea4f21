package org.resnetserving.network;

import java.util.List;

/**
 * One step of a network: it makes the value that carries its name out of the values that it names
 * as inputs. Values are float32, one {@link Shape} per picture: planes, or a vector of one number
 * per channel, whose height and width are 1.
 */
public sealed interface Layer permits Add, Concat, Convolution, Multiply, Layer.Unary {

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

  /**
   * Whether it makes a vector rather than planes.
   *
   * @param inputs whether each input is a vector
   * @throws IllegalArgumentException if it can't read such inputs
   */
  boolean makesVector(List<Boolean> inputs);

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
  sealed interface Unary extends Layer
      permits AveragePool,
          BatchNorm,
          ChannelConvolution,
          GlobalAveragePool,
          Identity,
          Linear,
          MaxPool,
          Normalize,
          Pad,
          PadChannels,
          Relu,
          Scale,
          Sigmoid,
          Subsample {

    /** The value that it reads. */
    String input();

    @Override
    default List<String> inputs() {
      return List.of(input());
    }
  }
}
