package org.resnetserving.network;

import java.util.List;

/**
 * The mean under each window.
 *
 * @param window with opposite sides padded alike, by at most half of the window. (Other paddings,
 *     if they count, are a {@link Pad} before it.)
 * @param roundUp whether a last window may hang over the far edge, as Caffe's do; one that would
 *     begin beyond it is left out, and what hangs over the padding does not count
 * @param countPadding whether zeros of the padding count as places
 */
public record AveragePool(
    String name, String input, Window window, boolean roundUp, boolean countPadding)
    implements Layer.Unary {

  /** Refuses a padding that libtorch's pooling can't do, and dilation. */
  public AveragePool {
    if (!window.isSymmetric()
        || window.top() * 2 > window.height()
        || window.left() * 2 > window.width()
        || window.dilation() > 1) {
      throw new IllegalArgumentException("%s pools with %s".formatted(name, window));
    }
  }

  @Override
  public Layer reading(List<String> inputs) {
    return new AveragePool(name, inputs.get(0), window, roundUp, countPadding);
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
