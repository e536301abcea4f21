package org.resnetserving.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.resnetserving.onnx.OnnxValue.Sizes;

/** Operators on lists of sizes: what exporters write to flatten a value of any size. */
final class OnnxSizes {
  private static final int MOST = 64;

  private OnnxSizes() {}

  static Sizes apply(OnnxNode node, List<List<Long>> inputs) {
    List<Long> first = inputs.get(0);
    List<Long> made =
        switch (node.type()) {
          case "Unsqueeze", "Squeeze", "Reshape", "Flatten" -> first;
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
