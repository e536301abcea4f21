package org.resnetserving.network;

import java.util.List;

/** Every {@code step}-th row and column, the first included. */
public record Subsample(String name, String input, int step) implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new Subsample(name, inputs.get(0), step);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return Window.square(1, step, 0).over(inputs.get(0), inputs.get(0).channels(), false);
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return Demand.planes(this, inputs);
  }
}
