package org.resnetserving.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Weight;
import org.resnetserving.onnx.OnnxValue.Numbers;

/** Operators on constant floats. */
final class OnnxNumbers {
  private OnnxNumbers() {}

  static Numbers apply(OnnxNode node, Weight first, List<@Nullable OnnxValue> inputs) {
    OnnxInputs read = new OnnxInputs(node, inputs);
    return new Numbers(
        switch (node.type()) {
          case "Transpose" -> transposed(node, first);
          case "Reshape" -> reshaped(first, read.integers("shape", 1));
          case "Unsqueeze" -> unsqueezed(first, read.axes(1));
          case "Squeeze" -> squeezed(first);
          default ->
              throw new IllegalArgumentException("is an operator that constants are not read of");
        });
  }

  /** A number alone. */
  static Weight scalar(String name, float value) {
    return new Weight(name, new int[0], () -> new float[] {value});
  }

  /** Each number through a function, in double, rounded once. */
  static Weight each(Weight weight, DoubleUnaryOperator function) {
    return new Weight(
        weight.name(),
        weight.shape(),
        () -> {
          float[] values = weight.read();
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) function.applyAsDouble(values[i]);
          }
          return values;
        });
  }

  private static Weight transposed(OnnxNode node, Weight weight) {
    if (!node.integers("perm", List.of(1L, 0L)).equals(List.of(1L, 0L))) {
      throw new IllegalArgumentException("turns a constant that is no matrix");
    }
    return weight.transposed();
  }

  private static Weight reshaped(Weight weight, @Nullable List<Long> sizes) {
    if (sizes == null || sizes.size() > 8) {
      throw new IllegalArgumentException("reshapes a constant to " + sizes);
    }
    int[] shape = new int[sizes.size()];
    int free = -1;
    long rest = 1;
    for (int i = 0; i < shape.length; i++) {
      long size = sizes.get(i);
      if (size == -1 && free < 0) {
        free = i;
        continue;
      }
      if (size < 1 || size > weight.elements()) {
        throw new IllegalArgumentException("reshapes a constant to " + sizes);
      }
      shape[i] = (int) size;
      rest = Math.min(rest * size, Integer.MAX_VALUE);
    }
    if (free >= 0) {
      shape[free] = (int) (weight.elements() / rest);
    }
    return weight.reshaped(shape);
  }

  private static Weight unsqueezed(Weight weight, @Nullable List<Long> axes) {
    if (axes == null || axes.size() > 4) {
      throw new IllegalArgumentException("unsqueezes a constant along " + axes);
    }
    int[] shape = weight.shape();
    int[] wider = new int[shape.length + axes.size()];
    for (long axis : axes) {
      long from = axis < 0 ? axis + wider.length : axis;
      if (from < 0 || from >= wider.length || wider[(int) from] != 0) {
        throw new IllegalArgumentException("unsqueezes a constant along " + axes);
      }
      wider[(int) from] = 1;
    }
    int next = 0;
    for (int i = 0; i < wider.length; i++) {
      if (wider[i] == 0) {
        wider[i] = shape[next++];
      }
    }
    return weight.reshaped(wider);
  }

  private static Weight squeezed(Weight weight) {
    return weight.reshaped(Arrays.stream(weight.shape()).filter(size -> size != 1).toArray());
  }
}
