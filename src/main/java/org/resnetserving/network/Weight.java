package org.resnetserving.network;

import java.util.Arrays;
import java.util.function.Supplier;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.Tensor;
import org.resnetserving.weights.TensorReader;

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

  /** A tensor in a file, which must stay open as long as this is read. */
  public static Weight of(TensorReader reader, Tensor tensor) {
    return new Weight(tensor.key(), tensor.shape(), () -> reader.read(tensor));
  }

  /** A vector of equal numbers. */
  public static Weight filled(String name, int size, float value) {
    return new Weight(
        name,
        new int[] {size},
        () -> {
          float[] values = new float[size];
          Arrays.fill(values, value);
          return values;
        });
  }

  /**
   * The same numbers in another shape.
   *
   * @throws IllegalArgumentException if it has another count of them
   */
  public Weight reshaped(int... shape) {
    Weight reshaped = new Weight(name, shape, values);
    if (reshaped.elements() != elements()) {
      throw new IllegalArgumentException(
          "%s is not of shape %s".formatted(this, Arrays.toString(shape)));
    }
    return reshaped;
  }

  /** The transpose of a matrix. */
  public Weight transposed() {
    if (shape.length != 2) {
      throw new IllegalArgumentException(this + " is no matrix");
    }
    int rows = shape[0];
    int columns = shape[1];
    return new Weight(
        name,
        new int[] {columns, rows},
        () -> {
          float[] read = values.get();
          float[] turned = new float[read.length];
          for (int i = 0; i < read.length; i++) {
            turned[i % columns * rows + i / columns] = read[i];
          }
          return turned;
        });
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
