package org.resnetserving.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.resnetserving.onnx.OnnxValue.Sizes;

/**
 * Operators on lists of sizes: what exporters write to flatten a value of any size, and to turn
 * PyTorch's order of paddings, last dimension first, into ONNX's.
 */
final class OnnxSizes {
  private static final int MOST = 64;

  private OnnxSizes() {}

  static Sizes apply(OnnxNode node, Sizes value, List<List<Long>> inputs) {
    List<Long> first = inputs.get(0);
    if (value.columns() > 1 || isPairs(node, inputs)) {
      return ofPairs(node, value, inputs);
    }
    List<Long> made =
        switch (node.type()) {
          case "Unsqueeze", "Squeeze", "Reshape", "Flatten", "Transpose" -> first;
          case "ConstantOfShape" -> zeros(node, first);
          case "Gather" -> gather(first, inputs.get(1));
          case "Slice" -> slice(node, inputs);
          case "Concat" -> inputs.stream().flatMap(List::stream).toList();
          case "Add", "Sub", "Mul", "Div" -> arithmetic(node.type(), first, inputs.get(1));
          case "ReduceProd" ->
              List.of(first.stream().reduce(1L, (a, b) -> arithmetic("Mul", a, b)));
          default ->
              throw new IllegalArgumentException("is an operator that sizes are not read of");
        };
    if (made.size() > MOST) {
      throw new IllegalArgumentException("makes %d sizes".formatted(made.size()));
    }
    return new Sizes(made);
  }

  private static boolean isPairs(OnnxNode node, List<List<Long>> inputs) {
    return node.type().equals("Reshape")
        && inputs.size() == 2
        && inputs.get(1).equals(List.of(-1L, 2L));
  }

  /** A table of two columns: made of a list, turned upside down, transposed, made a list. */
  private static Sizes ofPairs(OnnxNode node, Sizes value, List<List<Long>> inputs) {
    List<Long> sizes = value.sizes();
    int columns = value.columns();
    if (columns == 1 && sizes.size() % 2 == 0) {
      return new Sizes(sizes, 2);
    }
    List<Long> made = new ArrayList<>();
    int rows = sizes.size() / columns;
    switch (node.type()) {
      case "Reshape" -> {
        return new Sizes(sizes);
      }
      case "Slice" -> {
        if (inputs.size() != 5
            || !inputs.get(1).equals(List.of(-1L))
            || !inputs.get(3).equals(List.of(0L))
            || !inputs.get(4).equals(List.of(-1L))) {
          throw new IllegalArgumentException("cuts a table of sizes");
        }
        for (int row = rows - 1; row >= 0; row--) {
          made.addAll(sizes.subList(row * columns, (row + 1) * columns));
        }
        return new Sizes(made, columns);
      }
      case "Transpose" -> {
        for (int i = 0; i < sizes.size(); i++) {
          made.add(sizes.get(i % rows * columns + i / rows));
        }
        return new Sizes(made, rows);
      }
      default ->
          throw new IllegalArgumentException("is an operator that tables of sizes are not read of");
    }
  }

  private static List<Long> zeros(OnnxNode node, List<Long> shape) {
    OnnxTensor fill = node.tensor("value");
    if (shape.size() != 1
        || shape.get(0) < 0
        || shape.get(0) > MOST
        || fill == null
        || !fill.isInteger()
        || !fill.integers().equals(List.of(0L))) {
      throw new IllegalArgumentException("fills a constant that is no short list of zeros");
    }
    return Collections.nCopies(shape.get(0).intValue(), 0L);
  }

  private static List<Long> gather(List<Long> sizes, List<Long> indices) {
    if (sizes.isEmpty()) {
      throw new IllegalArgumentException("takes one of no sizes");
    }
    List<Long> gathered = new ArrayList<>();
    for (long index : indices) {
      gathered.add(sizes.get(index(index, sizes.size() - 1, sizes.size())));
    }
    return gathered;
  }

  private static List<Long> slice(OnnxNode node, List<List<Long>> inputs) {
    List<Long> sizes = inputs.get(0);
    List<Long> starts = inputs.size() > 1 ? inputs.get(1) : node.integers("starts", List.of());
    List<Long> ends = inputs.size() > 2 ? inputs.get(2) : node.integers("ends", List.of());
    if (starts.size() != 1
        || ends.size() != 1
        || (inputs.size() > 4 && !inputs.get(4).equals(List.of(1L)))) {
      throw new IllegalArgumentException("slices sizes by %s and %s".formatted(starts, ends));
    }
    int from = index(starts.get(0), sizes.size(), sizes.size());
    int to = index(ends.get(0), sizes.size(), sizes.size());
    return from < to ? sizes.subList(from, to) : List.of();
  }

  private static boolean isBeyond(long size) {
    return size < -Integer.MAX_VALUE || size > Integer.MAX_VALUE;
  }

  private static int index(long index, int most, int size) {
    long from = index < 0 ? index + size : index;
    return (int) Math.max(0, Math.min(from, most));
  }

  private static List<Long> arithmetic(String type, List<Long> left, List<Long> right) {
    if (left.size() != right.size()) {
      return Collections.nCopies(Math.max(left.size(), right.size()), Sizes.UNKNOWN);
    }
    List<Long> made = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      made.add(arithmetic(type, left.get(i), right.get(i)));
    }
    return made;
  }

  private static long arithmetic(String type, long left, long right) {
    if (isBeyond(left) || isBeyond(right)) {
      return left == Sizes.PICTURES && type.equals("Mul") && right == 1 ? left : Sizes.UNKNOWN;
    }
    return switch (type) {
      case "Add" -> left + right;
      case "Sub" -> left - right;
      case "Mul" -> left * right;
      default -> right == 0 ? Sizes.UNKNOWN : left / right;
    };
  }
}
