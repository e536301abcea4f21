package org.resnetserving.network;

import java.util.List;

/** The planes of several values of one height and width, in order. */
public record Concat(String name, List<String> inputs) implements Layer {

  /** Copies the list. */
  public Concat {
    inputs = List.copyOf(inputs);
  }

  @Override
  public Layer reading(List<String> inputs) {
    return new Concat(name, inputs);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape first = inputs.get(0);
    int channels = 0;
    for (Shape in : inputs) {
      if (in.height() != first.height() || in.width() != first.width()) {
        throw new IllegalArgumentException("%s joins %s and %s".formatted(name, first, in));
      }
      channels += in.channels();
    }
    return new Shape(channels, first.height(), first.width());
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return Demand.alike(this, inputs);
  }
}
