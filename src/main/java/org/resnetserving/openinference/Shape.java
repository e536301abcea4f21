package org.resnetserving.openinference;

import java.util.Arrays;
import java.util.List;

/**
 * The sizes of a tensor, the slowest to change first.
 *
 * @param sizes each at least 1; at most {@link Bounds#MAX_DIMENSIONS}
 */
record Shape(List<Long> sizes) {
  Shape {
    sizes = List.copyOf(sizes);
  }

  static Shape of(long... sizes) {
    return new Shape(Arrays.stream(sizes).boxed().toList());
  }

  /** How many sizes. */
  int rank() {
    return sizes.size();
  }

  long size(int dimension) {
    return sizes.get(dimension);
  }

  /**
   * How many elements.
   *
   * @param input that has this shape
   * @param most that it may have
   * @throws org.resnetserving.problem.ProblemException (TENSOR_INVALID) if there are more, or a
   *     size is not positive
   */
  long elements(String input, long most) {
    if (sizes.isEmpty() || sizes.size() > Bounds.MAX_DIMENSIONS) {
      throw Tensor.invalid(
          input,
          "has %d dimensions; there may be 1 to %d".formatted(sizes.size(), Bounds.MAX_DIMENSIONS));
    }
    long elements = 1;
    for (long size : sizes) {
      if (size < 1) {
        throw Tensor.invalid(input, "has the shape %s; sizes are 1 or more".formatted(this));
      }
      if (size > most / elements) {
        throw Tensor.invalid(
            input, "has the shape %s; it may have %,d elements in all".formatted(this, most));
      }
      elements *= size;
    }
    return elements;
  }

  @Override
  public String toString() {
    return sizes.toString().replace(" ", "");
  }
}
