package org.resnetserving.network;

import java.util.List;

/** {@code (x − mean) / sqrt(variance + epsilon) · gamma + beta} per channel. */
public record BatchNorm(
    String name,
    String input,
    Weight gamma,
    Weight beta,
    Weight mean,
    Weight variance,
    double epsilon)
    implements Layer.Unary {
  @Override
  public Layer reading(List<String> inputs) {
    return new BatchNorm(name, inputs.get(0), gamma, beta, mean, variance, epsilon);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return Demand.channels(this, inputs.get(0), gamma.size(0));
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return inputs.get(0);
  }

  @Override
  public List<Weight> weights() {
    return List.of(gamma, beta, mean, variance);
  }

  @Override
  public long parameters() {
    return gamma.elements() + beta.elements();
  }
}
