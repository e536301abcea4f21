package org.resnetserving.network;

import java.util.List;

/** The input as it is: what dropout is after training. */
public record Identity(String name, String input) implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new Identity(name, inputs.get(0));
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
