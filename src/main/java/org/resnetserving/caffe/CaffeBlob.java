package org.resnetserving.caffe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.resnetserving.network.Weight;
import org.resnetserving.weights.Dtype;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.ProtobufMessage;
import org.resnetserving.weights.Tensor;
import org.resnetserving.weights.TensorReader;

/** A tensor of weights: Caffe's {@code BlobProto}. */
record CaffeBlob(ProtobufMessage message) {
  private static final int DATA = 5;
  private static final int DOUBLE_DATA = 8;
  private static final int SHAPE = 7;
  private static final int OLD_DIMENSIONS = 4;

  /** As it is, with the dimensions of today or the four of old. */
  Weight weight(TensorReader reader, String name) {
    List<Long> sizes = message.message(SHAPE, "a blob's shape").integers(1);
    if (sizes.isEmpty()) {
      sizes = new ArrayList<>();
      for (int field = 1; field <= OLD_DIMENSIONS; field++) {
        sizes.add(message.integer(field, 0));
      }
    }
    FileBytes file = message.file();
    Dtype dtype = message.has(DATA) ? Dtype.F32 : Dtype.F64;
    ProtobufMessage.Extent extent = message.extent(dtype == Dtype.F32 ? DATA : DOUBLE_DATA);
    if (extent == null || extent.length() % dtype.bytes() != 0) {
      throw file.refuse(name, "holds no floats: take the file that training saved");
    }
    long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
    long capacity = extent.length() / dtype.bytes();
    return Weight.of(reader, Tensor.whole(file, name, dtype, shape, extent.position(), capacity));
  }

  /** As a vector, whatever its dimensions. */
  Weight vector(TensorReader reader, String name) {
    Weight weight = weight(reader, name);
    return weight.reshaped((int) weight.elements());
  }

  /** As one of so many dimensions: ones before them are dropped. */
  Weight weight(TensorReader reader, String name, int dimensions) {
    Weight weight = weight(reader, name);
    int[] shape = weight.shape();
    int surplus = shape.length - dimensions;
    for (int i = 0; i < surplus; i++) {
      if (shape[i] != 1) {
        surplus = -1;
      }
    }
    if (surplus < 0) {
      throw new IllegalArgumentException(
          "has weights of shape %s, where %d dimensions are wanted"
              .formatted(Arrays.toString(shape), dimensions));
    }
    return weight.reshaped(Arrays.copyOfRange(shape, surplus, shape.length));
  }
}
