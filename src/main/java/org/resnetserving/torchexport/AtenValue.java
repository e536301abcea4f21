package org.resnetserving.torchexport;

/**
 * What a name of the program stands for: a value of the graph, and how its dimensions lie.
 *
 * @param layer that makes it
 * @param axes a letter per dimension: B batch, C channel, H row, W column, 1 for a dimension of
 *     size 1; h or w for rows or columns of which only every so many are left, until both are; X
 *     and Y for a plane filled with its one number
 * @param step of which rows or columns are left while axes has h or w
 * @param isProbability whether a softmax over the classes is still to be done
 */
record AtenValue(String layer, String axes, int step, boolean isProbability) {
  static final String PLANES = "BCHW";
  static final String COLUMN = "BC11";
  static final String VECTOR = "BC";
  static final String ROW = "B1C";
  static final String SPREAD = "BCXY";

  AtenValue(String layer, String axes) {
    this(layer, axes, 0, false);
  }

  /** The same numbers with their dimensions otherwise. */
  AtenValue as(String axes) {
    return new AtenValue(layer, axes, step, isProbability);
  }

  /** The same dimensions of another value. */
  AtenValue of(String layer) {
    return new AtenValue(layer, axes, step, isProbability);
  }
}
