package org.resnetserving.weights;

import java.util.List;

/**
 * A tensor as a pickle describes it, unchecked.
 *
 * @param dtype of its elements, which a storage of plain bytes does not know
 * @param offset of its first element, in elements
 */
record PickledTensor(
    PickledStorage storage, Dtype dtype, long offset, List<Long> size, List<Long> stride) {

  /** The same tensor in the file, checked against its storage, which begins at a position. */
  Tensor at(FileBytes source, String key, long position) {
    boolean own = dtype == storage.dtype();
    if (!own && (storage.dtype() != Dtype.U8 || storage.begin() != 0)) {
      throw source.refuse(key, "is %s over a storage of %s".formatted(dtype, storage.dtype()));
    }
    long elements = own ? storage.elements() : storage.elements() / dtype.bytes();
    if (offset < 0 || offset > elements) {
      throw source.refuse(
          key, "begins at element %d of a storage of %d".formatted(offset, elements));
    }
    return Tensor.view(
        source,
        key,
        dtype,
        array(size),
        array(stride),
        position,
        own ? storage.end() : elements,
        storage.begin() + offset);
  }

  private static long[] array(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }
}
