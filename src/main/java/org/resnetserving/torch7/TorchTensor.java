package org.resnetserving.torch7;

import org.resnetserving.network.Weight;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.Tensor;
import org.resnetserving.weights.TensorReader;

/** A view of a storage. */
final class TorchTensor {
  private final long[] sizes;
  private final long[] strides;
  private final long offset;
  private final TorchStorage storage;

  /**
   * @param sizes of the dimensions, outermost first
   * @param strides in elements, likewise
   * @param offset of its first element, from 0
   */
  TorchTensor(long[] sizes, long[] strides, long offset, TorchStorage storage) {
    this.sizes = sizes;
    this.strides = strides;
    this.offset = offset;
    this.storage = storage;
  }

  /** Whether it has no dimensions, and so no elements. */
  boolean isEmpty() {
    return sizes.length == 0;
  }

  /** Its numbers. */
  Weight weight(FileBytes file, TensorReader reader, String name) {
    return Weight.of(
        reader,
        Tensor.view(
            file,
            name,
            storage.dtype(),
            sizes,
            strides,
            storage.position(),
            storage.size(),
            offset));
  }
}
