package org.resnetserving.network;

import java.util.List;

/**
 * The product of two values: of one size, or one of them with a single number per channel, which
 * its whole plane is multiplied by.
 */
public record Multiply(String name, String left, String right) implements Layer {
  @Override
  public List<String> inputs() {
    return List.of(left, right);
  }

  @Override
  public Layer reading(List<String> inputs) {
    return new Multiply(name, inputs.get(0), inputs.get(1));
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape left = inputs.get(0);
    Shape right = inputs.get(1);
    boolean fit = left.equals(right) || left.isOnePerChannel() || right.isOnePerChannel();
    if (left.channels() != right.channels() || !fit) {
      throw new IllegalArgumentException("%s multiplies %s and %s".formatted(name, left, right));
    }
    return left.isOnePerChannel() ? right : left;
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return inputs.get(0) && inputs.get(1);
  }
}
