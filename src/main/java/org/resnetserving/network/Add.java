package org.resnetserving.network;

import java.util.List;

/** The sum of two values of one size. */
public record Add(String name, String left, String right) implements Layer {
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

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return Demand.alike(this, inputs);
  }
}
