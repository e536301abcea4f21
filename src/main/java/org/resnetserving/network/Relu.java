package org.resnetserving.network;

import java.util.List;

/** {@code max(x, 0)}. */
public record Relu(String name, String input) implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new Relu(name, inputs.get(0));
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return inputs.get(0);
  }
}
