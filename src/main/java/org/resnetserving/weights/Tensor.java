package org.resnetserving.weights;

import java.util.Arrays;

/**
 * Where a tensor lies in the file. An instance is checked: every element that its shape and strides
 * reach is inside the storage.
 */
public final class Tensor {
  /** Most dimensions: a convolution's weight has 4. */
  static final int MAX_DIMENSIONS = 8;

  /** Most elements: 256 MiB as floats; the largest of a ResNet-152 has 2.4 million. */
  static final long MAX_ELEMENTS = 1L << 26;

  /** Most elements of a tensor that has more of them than its storage (an expanded one). */
  static final long MAX_EXPANDED_ELEMENTS = 1L << 20;

  private final String key;
  private final Dtype dtype;
  private final int[] shape;
  private final long[] strides;
  private final long position;
  private final long elements;
  private final long span;

  private Tensor(
      String key,
      Dtype dtype,
      int[] shape,
      long[] strides,
      long position,
      long elements,
      long span) {
    this.key = key;
    this.dtype = dtype;
    this.shape = shape;
    this.strides = strides;
    this.position = position;
    this.elements = elements;
    this.span = span;
  }

  /**
   * A view of a storage.
   *
   * @param sizes of the dimensions, outermost first
   * @param strides in elements, likewise
   * @param position of the storage's first byte in the file
   * @param capacity elements in the storage
   * @param offset of the tensor's first element in the storage, in elements
   * @throws WeightsException if it reaches beyond the storage, or is too large to be read
   */
  public static Tensor view(
      FileBytes source,
      String key,
      Dtype dtype,
      long[] sizes,
      long[] strides,
      long position,
      long capacity,
      long offset) {
    if (sizes.length != strides.length) {
      throw source.refuse(
          key, "has %d dimensions but %d strides".formatted(sizes.length, strides.length));
    }
    int[] shape = shape(source, key, sizes);
    try {
      long elements = elements(sizes);
      long last = 0;
      for (int d = 0; d < shape.length; d++) {
        if (strides[d] < 0) {
          throw source.refuse(key, "has a negative stride, " + strides[d]);
        }
        long reach = Math.multiplyExact(Math.max(shape[d] - 1L, 0), strides[d]);
        last = Math.addExact(last, reach);
      }
      long span = elements == 0 ? 0 : Math.addExact(last, 1);
      if (offset < 0 || Math.addExact(offset, span) > capacity) {
        throw source.refuse(
            key,
            "reaches elements %d to %d of a storage of %d"
                .formatted(offset, offset + span, capacity));
      }
      if (elements > capacity && elements > MAX_EXPANDED_ELEMENTS) {
        throw source.refuse(
            key,
            "repeats a storage of %d elements into %d; at most %d are read"
                .formatted(capacity, elements, MAX_EXPANDED_ELEMENTS));
      }
      long first = Math.addExact(position, Math.multiplyExact(offset, (long) dtype.bytes()));
      return new Tensor(key, dtype, shape, strides.clone(), first, elements, span);
    } catch (ArithmeticException e) {
      throw source.refuse(key, "has sizes or strides beyond 64 bits");
    }
  }

  /**
   * The whole of a storage, in C order.
   *
   * @param capacity elements in the storage
   * @throws WeightsException if the sizes want more or fewer
   */
  public static Tensor whole(
      FileBytes source, String key, Dtype dtype, long[] sizes, long position, long capacity) {
    Tensor tensor = contiguous(source, key, dtype, sizes, position);
    if (tensor.elements != capacity) {
      throw source.refuse(
          key, "has %d numbers, its shape wants %d".formatted(capacity, tensor.elements));
    }
    return tensor;
  }

  /** A tensor in C order, of which the caller knows that its bytes are in the file. */
  static Tensor contiguous(FileBytes source, String key, Dtype dtype, long[] sizes, long position) {
    int[] shape = shape(source, key, sizes);
    try {
      long elements = elements(sizes);
      return new Tensor(key, dtype, shape, contiguousStrides(shape), position, elements, elements);
    } catch (ArithmeticException e) {
      throw source.refuse(key, "has a size beyond 64 bits");
    }
  }

  private static int[] shape(FileBytes source, String key, long[] sizes) {
    if (sizes.length > MAX_DIMENSIONS) {
      throw source.refuse(
          key, "has %d dimensions; at most %d are read".formatted(sizes.length, MAX_DIMENSIONS));
    }
    int[] shape = new int[sizes.length];
    for (int d = 0; d < sizes.length; d++) {
      if (sizes[d] < 0 || sizes[d] > Integer.MAX_VALUE) {
        throw source.refuse(key, "has a dimension of size " + sizes[d]);
      }
      shape[d] = (int) sizes[d];
    }
    return shape;
  }

  /** Product of the sizes, none of which is negative. */
  private static long elements(long[] sizes) {
    long product = 1;
    for (long size : sizes) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  /** Of a tensor that has elements: their product then fits. */
  private static long[] contiguousStrides(int[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape[d];
    }
    return strides;
  }

  /** Whether the elements lie in C order without gaps; strides of dimensions of size 1 are free. */
  boolean isContiguous() {
    if (elements == 0) {
      return true;
    }
    long[] wanted = contiguousStrides(shape);
    for (int d = 0; d < shape.length; d++) {
      if (shape[d] > 1 && strides[d] != wanted[d]) {
        return false;
      }
    }
    return true;
  }

  /** What the file calls it. */
  public String key() {
    return key;
  }

  Dtype dtype() {
    return dtype;
  }

  /** Sizes of the dimensions, outermost first. */
  public int[] shape() {
    return shape.clone();
  }

  long[] strides() {
    return strides.clone();
  }

  /** Of its first element's first byte in the file. */
  long position() {
    return position;
  }

  long elements() {
    return elements;
  }

  /** Elements of the storage from its first to its last one, both included. */
  long span() {
    return span;
  }

  @Override
  public String toString() {
    return key + " " + dtype + Arrays.toString(shape);
  }
}
