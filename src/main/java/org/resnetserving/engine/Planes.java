package org.resnetserving.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;

/** 8-bit pixels to the normalised planes that torchvision's own networks take. */
final class Planes implements UnaryOperator<NDArray> {
  private static final float PIXEL_RANGE = 255;

  private final List<Float> mean;
  private final List<Float> deviation;

  Planes(List<Float> mean, List<Float> deviation) {
    this.mean = List.copyOf(mean);
    this.deviation = List.copyOf(deviation);
  }

  @Override
  public NDArray apply(NDArray pixels) {
    return pixels
        .toType(DataType.FLOAT32, false)
        .div(PIXEL_RANGE)
        .sub(perChannel(pixels, mean))
        .div(perChannel(pixels, deviation))
        .transpose(0, 3, 1, 2);
  }

  private static NDArray perChannel(NDArray like, List<Float> values) {
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i);
    }
    return like.getManager().create(numbers, new Shape(1, 1, 1, numbers.length));
  }
}
