package org.resnetserving.network;

import java.util.List;

/** The input times a constant. */
public record Scale(String name, String input, double factor) implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new Scale(name, inputs.get(0), factor);
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
