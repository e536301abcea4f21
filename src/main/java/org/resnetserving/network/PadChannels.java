package org.resnetserving.network;

import java.util.List;

/** Planes of zeros before and after those of the input. */
public record PadChannels(String name, String input, int before, int after) implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new PadChannels(name, inputs.get(0), before, after);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape in = inputs.get(0);
    return new Shape(before + in.channels() + after, in.height(), in.width());
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return Demand.planes(this, inputs);
  }
}
