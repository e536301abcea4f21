package org.resnetserving.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Folds each batch norm into the convolution before it, where nothing else reads that convolution:
 * the weights times gamma / sqrt(variance + epsilon), in double, rounded once. Other batch norms
 * stay.
 */
final class FoldBatchNorm implements UnaryOperator<Graph> {

  @Override
  public Graph apply(Graph graph) {
    Map<String, Integer> uses = graph.uses();
    Map<String, Integer> position = new HashMap<>();
    List<@Nullable Layer> layers = new ArrayList<>();
    for (Layer layer : graph.layers()) {
      if (layer instanceof BatchNorm norm
          && uses.getOrDefault(norm.input(), 0) == 1
          && !norm.input().equals(Graph.PIXELS)
          && graph.layer(norm.input()) instanceof Convolution convolution
          && convolution.isAlone()) {
        layers.set(position.getOrDefault(norm.input(), -1), null);
        layer = fold(convolution, norm);
      }
      position.put(layer.name(), layers.size());
      layers.add(layer);
    }
    List<Layer> left = new ArrayList<>();
    for (Layer layer : layers) {
      if (layer != null) {
        left.add(layer);
      }
    }
    return graph.with(left);
  }

  private static Layer fold(Convolution convolution, BatchNorm norm) {
    Weight kernel = convolution.weight();
    Weight folded =
        new Weight(kernel.name() + "·" + norm.name(), kernel.shape(), () -> kernel(kernel, norm));
    Weight bias =
        new Weight(
            norm.name() + ".folded", norm.beta().shape(), () -> bias(convolution.bias(), norm));
    return new Convolution(
        norm.name(), convolution.input(), folded, bias, convolution.window(), convolution.groups());
  }

  private static float[] kernel(Weight kernel, BatchNorm norm) {
    float[] values = kernel.read();
    double[] factor = factors(norm);
    int each = values.length / factor.length;
    for (int out = 0; out < factor.length; out++) {
      for (int i = out * each; i < (out + 1) * each; i++) {
        values[i] = (float) (values[i] * factor[out]);
      }
    }
    return values;
  }

  private static float[] bias(@Nullable Weight bias, BatchNorm norm) {
    double[] factor = factors(norm);
    float[] beta = norm.beta().read();
    float[] mean = norm.mean().read();
    float[] before = bias == null ? new float[beta.length] : bias.read();
    float[] folded = new float[beta.length];
    for (int i = 0; i < folded.length; i++) {
      folded[i] = (float) (beta[i] + ((double) before[i] - mean[i]) * factor[i]);
    }
    return folded;
  }

  private static double[] factors(BatchNorm norm) {
    float[] gamma = norm.gamma().read();
    float[] variance = norm.variance().read();
    double[] factor = new double[gamma.length];
    for (int i = 0; i < factor.length; i++) {
      factor[i] = gamma[i] / Math.sqrt(variance[i] + norm.epsilon());
    }
    return factor;
  }
}
