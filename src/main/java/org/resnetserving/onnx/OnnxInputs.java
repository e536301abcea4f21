package org.resnetserving.onnx;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Weight;
import org.resnetserving.onnx.OnnxValue.Feature;
import org.resnetserving.onnx.OnnxValue.Numbers;
import org.resnetserving.onnx.OnnxValue.Sizes;

/** What a node reads, asked for by kind. */
record OnnxInputs(OnnxNode node, List<@Nullable OnnxValue> values) {

  int count() {
    return values.size();
  }

  private @Nullable OnnxValue get(int input) {
    return input < values.size() ? values.get(input) : null;
  }

  boolean isFeature(int input) {
    return get(input) instanceof Feature;
  }

  Feature feature(int input) {
    if (!(get(input) instanceof Feature feature)) {
      throw new IllegalArgumentException("reads no value as input %d".formatted(input));
    }
    return feature;
  }

  /** A value whose dimensions are these. */
  Feature feature(int input, String axes) {
    Feature feature = feature(input);
    if (!feature.axes().equals(axes)) {
      throw new IllegalArgumentException(
          "reads a value laid out as %s, not %s".formatted(feature.axes(), axes));
    }
    return feature;
  }

  Weight weight(int input) {
    if (!(get(input) instanceof Numbers numbers)) {
      throw new IllegalArgumentException("reads no constant floats as input %d".formatted(input));
    }
    return numbers.weight();
  }

  @Nullable Weight optionalWeight(int input) {
    return get(input) == null ? null : weight(input);
  }

  /** Whole numbers that were an attribute before some opset and are an input since. */
  @Nullable List<Long> integers(String attribute, int input) {
    return get(input) == null ? node.integers(attribute) : sizes(get(input));
  }

  /** The axes that an operator works along; null if it does not say. */
  @Nullable List<Long> axes(int input) {
    return integers("axes", input);
  }

  static List<Long> sizes(@Nullable OnnxValue value) {
    if (!(value instanceof Sizes sizes)) {
      throw new IllegalArgumentException("reads a value where sizes are wanted");
    }
    return sizes.sizes();
  }

  /** All of them, as values. */
  List<Feature> features() {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      features.add(feature(i));
    }
    return features;
  }
}
