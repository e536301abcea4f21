package org.resnetserving.network;

import java.util.List;

/**
 * The largest value under each window; padding never wins. (Zeros that may win are a {@link Pad}
 * before it.)
 *
 * @param window padded by less than its size; opposite sides alike if {@code roundUp}
 * @param roundUp whether a last window may hang over the far edge, as Caffe's do; one that would
 *     begin beyond it is left out
 */
public record MaxPool(String name, String input, Window window, boolean roundUp)
    implements Layer.Unary {

  /** Refuses windows that could hold nothing but padding, and dilated ones. */
  public MaxPool {
    if (window.top() >= window.height()
        || window.bottom() >= window.height()
        || window.left() >= window.width()
        || window.right() >= window.width()
        || (roundUp && !window.isSymmetric())
        || window.dilation() > 1) {
      throw new IllegalArgumentException("%s pools with %s".formatted(name, window));
    }
  }

  @Override
  public Layer reading(List<String> inputs) {
    return new MaxPool(name, inputs.get(0), window, roundUp);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return window.over(inputs.get(0), inputs.get(0).channels(), roundUp);
  }

  @Override
  public boolean makesVector(List<Boolean> inputs) {
    return Demand.planes(this, inputs);
  }
}
