package org.resnetserving.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer over a vector, or over planes of one place each.
 *
 * @param weight (output, input)
 * @param bias one per output
 */
public record Linear(String name, String input, Weight weight, @Nullable Weight bias)
    implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new Linear(name, inputs.get(0), weight, bias);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    Shape in = Demand.channels(this, inputs.get(0), weight.size(1));
    if (!in.isOnePerChannel()) {
      throw new IllegalArgumentException("%s reads a vector, not %s".formatted(name, in));
    }
    return new Shape(weight.size(0), 1, 1);
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return true;
  }

  @Override
  public List<Weight> weights() {
    return bias == null ? List.of(weight) : List.of(weight, bias);
  }

  @Override
  public long multiplyAdds(Shape output) {
    return weight.elements();
  }
}
