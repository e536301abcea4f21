package org.resnetserving.weights;

import java.util.List;

/** A tensor as a pickle describes it, unchecked. */
record PickledTensor(PickledStorage storage, long offset, List<Long> size, List<Long> stride) {

  /** The same tensor in the file, checked against its storage, which begins at a position. */
  Tensor at(FileBytes source, String key, long position) {
    if (offset < 0 || offset > storage.elements()) {
      throw source.refuse(
          key, "begins at element %d of a storage of %d".formatted(offset, storage.elements()));
    }
    return Tensor.view(
        source,
        key,
        storage.dtype(),
        array(size),
        array(stride),
        position,
        storage.end(),
        storage.begin() + offset);
  }

  private static long[] array(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }
}
