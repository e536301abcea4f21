package org.resnetserving.network;

import java.util.List;

/** Rows and columns of zeros around each plane. */
public record Pad(String name, String input, int top, int left, int bottom, int right)
    implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new Pad(name, inputs.get(0), top, left, bottom, right);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape in = inputs.get(0);
    return new Shape(in.channels(), top + in.height() + bottom, left + in.width() + right);
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return Demand.planes(this, inputs);
  }
}
