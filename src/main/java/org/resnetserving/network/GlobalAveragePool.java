package org.resnetserving.network;

import java.util.List;

/** The mean of each plane: a vector. */
public record GlobalAveragePool(String name, String input) implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new GlobalAveragePool(name, inputs.get(0));
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return new Shape(inputs.get(0).channels(), 1, 1);
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return !Demand.planes(this, inputs);
  }
}
