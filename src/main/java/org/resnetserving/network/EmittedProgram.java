package org.resnetserving.network;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A TorchScript program before its weights are read: what an archive is written from.
 *
 * @param code the class in libtorch's serialised dialect of Python
 * @param tensors what {@code code} reads, in the order of its state
 * @param packs whether the state goes through {@code __setstate__}
 */
record EmittedProgram(String code, List<Stored> tensors, boolean packs) {
  /** The class that {@code code} defines. */
  static final String CLASS = "Network";

  EmittedProgram {
    tensors = List.copyOf(tensors);
  }

  byte[] codeBytes() {
    return code.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A tensor in the archive.
   *
   * @param attribute what the code calls it
   * @param weight its shape and numbers
   * @param element how they are stored
   * @param channelsLast whether a four-dimensional tensor lies in memory with dimension 1 innermost
   */
  record Stored(String attribute, Weight weight, Element element, boolean channelsLast) {

    /** Numbers between neighbours in each dimension. */
    int[] strides() {
      int[] shape = weight.shape();
      int[] strides = new int[shape.length];
      int[] innermostFirst = order(shape.length);
      int step = 1;
      for (int dimension : innermostFirst) {
        strides[dimension] = step;
        step *= shape[dimension];
      }
      return strides;
    }

    private int[] order(int dimensions) {
      if (channelsLast && dimensions == 4) {
        return new int[] {1, 3, 2, 0};
      }
      int[] order = new int[dimensions];
      for (int i = 0; i < dimensions; i++) {
        order[i] = dimensions - 1 - i;
      }
      return order;
    }
  }
}
