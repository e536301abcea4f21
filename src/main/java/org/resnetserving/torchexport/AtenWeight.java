package org.resnetserving.torchexport;

import org.resnetserving.network.Weight;

/**
 * A tensor of the file as a step sees it.
 *
 * @param isTransposed whether it is a matrix of which rows and columns have changed places
 */
record AtenWeight(Weight weight, boolean isTransposed) {

  static AtenWeight of(Weight weight) {
    return new AtenWeight(weight, false);
  }

  /** The tensor after a step that leaves its numbers as they are. */
  AtenWeight moved(AtenNode node) {
    boolean isMatrix = weight.shape().length == 2;
    return switch (node.op()) {
      case "detach.default",
          "detach_.default",
          "alias.default",
          "clone.default",
          "contiguous.default",
          "lift_fresh_copy.default" ->
          this;
      case "t.default", "numpy_T.default" -> transposed(node, isMatrix);
      case "permute.default" -> {
        int[] order = node.integers("dims");
        yield transposed(
            node,
            isMatrix
                && order.length == 2
                && AtenAxes.dimension(node, order[0], 2) == 1
                && AtenAxes.dimension(node, order[1], 2) == 0);
      }
      case "transpose.int" ->
          transposed(
              node,
              isMatrix
                  && AtenAxes.dimension(node, node.integer("dim0", 0), 2)
                      != AtenAxes.dimension(node, node.integer("dim1", 0), 2));
      default -> throw node.refuse("computes with a weight, which is not read");
    };
  }

  private AtenWeight transposed(AtenNode node, boolean possible) {
    if (!possible) {
      throw node.refuse("moves the dimensions of a weight, which is not read");
    }
    return new AtenWeight(weight, !isTransposed);
  }

  /** Its numbers in the file's order. */
  Weight asItIs(AtenNode node) {
    if (isTransposed) {
      throw node.refuse("reads a transposed weight");
    }
    return weight;
  }

  /** The matrix (output, input) of a product whose right side, (input, output), this is. */
  Weight ofProduct(AtenNode node) {
    int[] shape = weight.shape();
    if (shape.length != 2) {
      throw node.refuse("multiplies with %s".formatted(weight));
    }
    if (isTransposed) {
      return weight;
    }
    int inputs = shape[0];
    int outputs = shape[1];
    return new Weight(
        weight.name(),
        new int[] {outputs, inputs},
        () -> {
          float[] from = weight.read();
          float[] to = new float[from.length];
          for (int i = 0; i < inputs; i++) {
            for (int o = 0; o < outputs; o++) {
              to[o * inputs + i] = from[i * outputs + o];
            }
          }
          return to;
        });
  }
}
