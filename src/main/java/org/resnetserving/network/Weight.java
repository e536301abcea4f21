package org.resnetserving.network;

import java.util.Arrays;
import java.util.function.Supplier;
import org.resnetserving.weights.StateDict;

/**
 * A tensor of a network whose numbers are read, or computed from others, each time they are asked
 * for. A graph holds weights by the hundred and none of their numbers, so that even a ResNet-152 is
 * compiled in little memory, layer by layer.
 */
public final class Weight {
  private final String name;
  private final int[] shape;
  private final Supplier<float[]> values;

  /**
   * @param name what messages call it
   * @param shape its size, outermost dimension first
   * @param values reads or computes its numbers, in C order
   */
  public Weight(String name, int[] shape, Supplier<float[]> values) {
    this.name = name;
    this.shape = shape.clone();
    this.values = values;
  }

  /** The tensor {@code name} of a state dict, which must stay open as long as this is read. */
  public static Weight of(StateDict weights, String name) {
    return new Weight(name, weights.shape(name), () -> weights.read(name));
  }

  /** What messages call it. */
  public String name() {
    return name;
  }

  /** Its size, outermost dimension first. */
  public int[] shape() {
    return shape.clone();
  }

  /** The size of one dimension. */
  public int size(int dimension) {
    return shape[dimension];
  }

  /** How many numbers it has. */
  public long elements() {
    long count = 1;
    for (int size : shape) {
      count *= size;
    }
    return count;
  }

  /**
   * Reads its numbers anew, in C order; the caller owns the array.
   *
   * @throws IllegalStateException if their count is not the shape's
   */
  public float[] read() {
    float[] read = values.get();
    if (read.length != elements()) {
      throw new IllegalStateException(
          "%s has %d numbers, its shape %s wants %d"
              .formatted(name, read.length, Arrays.toString(shape), elements()));
    }
    return read;
  }

  @Override
  public String toString() {
    return name + Arrays.toString(shape);
  }
}
