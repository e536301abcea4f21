package org.resnetserving.network;

import java.util.List;

/**
 * Cross-correlation of a vector with one kernel that moves over its channels, zeros before and
 * after: each channel reads its neighbours (efficient channel attention, arXiv 1910.03151).
 *
 * @param weight (1, 1, size), size odd
 */
public record ChannelConvolution(String name, String input, Weight weight) implements Layer.Unary {

  /** Refuses a kernel that has no middle. */
  public ChannelConvolution {
    if (weight.shape().length != 3
        || weight.size(0) != 1
        || weight.size(1) != 1
        || weight.size(2) % 2 == 0) {
      throw new IllegalArgumentException("%s has a kernel %s".formatted(name, weight));
    }
  }

  @Override
  public Layer reading(List<String> inputs) {
    return new ChannelConvolution(name, inputs.get(0), weight);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    if (!inputs.get(0)) {
      throw new IllegalArgumentException(
          "%s reads a vector, and %s is none".formatted(name, input));
    }
    return true;
  }

  @Override
  public List<Weight> weights() {
    return List.of(weight);
  }

  @Override
  public long multiplyAdds(Shape output) {
    return weight.elements() * output.channels();
  }
}
