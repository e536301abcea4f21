package org.resnetserving.network;

import java.util.List;

/** 8-bit pixels (height, width, channel) to normalised planes. */
public record Normalize(String name, String input, Normalization how) implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new Normalize(name, inputs.get(0), how);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape in = Demand.channels(this, inputs.get(0), how.pixelChannels());
    return new Shape(how.channels(), in.height(), in.width());
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return Demand.planes(this, inputs);
  }
}
