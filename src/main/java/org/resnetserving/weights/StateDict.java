package org.resnetserving.weights;

import java.util.Set;

/**
 * Named tensors of a weights file, read one at a time. Names are torchvision's, whatever the file
 * calls them. Holds the file open until closed; for one thread at a time.
 */
public interface StateDict extends AutoCloseable {

  /** Name of the file, for messages. */
  String source();

  /** Names of the tensors, in file order. */
  Set<String> names();

  /** Sizes of a tensor's dimensions, outermost first; empty for a scalar. */
  int[] shape(String name);

  /** Whether {@link #read} can convert the tensor: F64, F32, F16 or BF16. */
  boolean isFloatingPoint(String name);

  /**
   * Values of a tensor in C order, whatever its strides in the file.
   *
   * @throws WeightsException if the tensor is missing, is not floating point, or holds a value that
   *     is not finite
   */
  float[] read(String name);

  /** What of the file it is, and what was passed over. */
  default Selection selection() {
    return Selection.ALL;
  }

  /** Whether the network ends in a linear layer; else its features are its answer. */
  default boolean hasHead() {
    return names().contains("fc.weight");
  }

  /** What to say of a name that is not there: what is there instead. */
  default String insteadOf(String missing) {
    return NearestNames.of(missing, names());
  }

  @Override
  void close();
}
