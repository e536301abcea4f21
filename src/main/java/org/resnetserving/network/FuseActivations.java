package org.resnetserving.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets a convolution do the padding before it and the addition and the relu after it, where nothing
 * else reads the value between. The fused convolution takes the place and the name of the last one.
 */
final class FuseActivations implements UnaryOperator<Graph> {

  @Override
  public Graph apply(Graph graph) {
    Map<String, Integer> uses = graph.uses();
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (Layer layer : graph.layers()) {
      Layer fused = null;
      if (layer instanceof Add add) {
        fused = add(add, layers, uses);
      } else if (layer instanceof Relu relu) {
        fused = relu(relu, layers, uses);
      } else if (layer instanceof Convolution convolution) {
        fused = padded(convolution, layers, uses);
      }
      layers.put(layer.name(), fused == null ? layer : fused);
    }
    return graph.with(List.copyOf(layers.values()));
  }

  private static @Nullable Layer add(
      Add add, Map<String, Layer> layers, Map<String, Integer> uses) {
    for (String summand : add.inputs()) {
      if (layers.get(summand) instanceof Convolution convolution
          && uses.getOrDefault(summand, 0) == 1
          && convolution.isAlone()) {
        layers.remove(summand);
        String other = add.left().equals(summand) ? add.right() : add.left();
        return convolution.followedBy(add.name(), other, false);
      }
    }
    return null;
  }

  private static @Nullable Layer relu(
      Relu relu, Map<String, Layer> layers, Map<String, Integer> uses) {
    if (layers.get(relu.input()) instanceof Convolution convolution
        && uses.getOrDefault(relu.input(), 0) == 1) {
      layers.remove(relu.input());
      return convolution.followedBy(relu.name(), convolution.addend(), true);
    }
    return null;
  }

  private static @Nullable Layer padded(
      Convolution convolution, Map<String, Layer> layers, Map<String, Integer> uses) {
    if (layers.get(convolution.input()) instanceof Pad pad
        && uses.getOrDefault(pad.name(), 0) == 1) {
      layers.remove(pad.name());
      return convolution.padded(pad);
    }
    return null;
  }
}
