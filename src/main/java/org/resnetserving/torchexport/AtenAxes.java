package org.resnetserving.torchexport;

import java.util.Arrays;

/** What ops that move dimensions about do to a value's axes. No number is touched by them. */
final class AtenAxes {
  private AtenAxes() {}

  /** Whether an op only moves dimensions. */
  static boolean moves(String op) {
    return switch (op) {
      case "flatten.using_ints",
          "view.default",
          "reshape.default",
          "_unsafe_view.default",
          "squeeze.dim",
          "squeeze.dims",
          "unsqueeze.default",
          "permute.default",
          "transpose.int",
          "expand.default",
          "expand_as.default" ->
          true;
      default -> false;
    };
  }

  /**
   * The axes afterwards.
   *
   * @param axes before; planes of one place count as {@link AtenValue#COLUMN}
   * @param channels how many there are
   */
  static String after(AtenNode node, String axes, int channels) {
    return switch (node.op()) {
      case "flatten.using_ints" -> flatten(node, axes);
      case "squeeze.dim", "squeeze.dims" -> squeeze(node, axes);
      case "unsqueeze.default" -> {
        int at = dimension(node, node.integer("dim", 0), axes.length() + 1);
        yield axes.substring(0, at) + "1" + axes.substring(at);
      }
      case "permute.default" -> permute(node, axes, node.integers("dims"));
      case "transpose.int" -> transpose(node, axes);
      case "expand.default", "expand_as.default" -> {
        if (!axes.equals(AtenValue.COLUMN)) {
          throw node.refuse("expands what is no number per channel");
        }
        yield AtenValue.SPREAD;
      }
      default -> view(node, axes, node.integers("size", node.integers("shape")), channels);
    };
  }

  private static String flatten(AtenNode node, String axes) {
    int first = dimension(node, node.integer("start_dim", 0), axes.length());
    int last = dimension(node, node.integer("end_dim", -1), axes.length());
    String flat = axes.substring(first, Math.max(first, last + 1)).replace("1", "");
    if (flat.length() > 1) {
      throw node.refuse("joins dimensions that are larger than 1");
    }
    return axes.substring(0, first) + (flat.isEmpty() ? "1" : flat) + axes.substring(last + 1);
  }

  private static String squeeze(AtenNode node, String axes) {
    StringBuilder left = new StringBuilder(axes);
    for (int dim : node.integers("dim")) {
      int at = dimension(node, dim, axes.length());
      if (axes.charAt(at) == '1') {
        left.setCharAt(at, ' ');
      }
    }
    return left.toString().replace(" ", "");
  }

  private static String transpose(AtenNode node, String axes) {
    int[] order = new int[axes.length()];
    Arrays.setAll(order, i -> i);
    int a = dimension(node, node.integer("dim0", 0), order.length);
    int b = dimension(node, node.integer("dim1", 0), order.length);
    order[a] = b;
    order[b] = a;
    return permute(node, axes, order);
  }

  private static String permute(AtenNode node, String axes, int[] order) {
    if (Arrays.stream(order).map(d -> dimension(node, d, axes.length())).distinct().count()
        != axes.length()) {
      throw node.refuse("does not name each of %d dimensions once".formatted(axes.length()));
    }
    StringBuilder moved = new StringBuilder();
    for (int dim : order) {
      moved.append(axes.charAt(dimension(node, dim, axes.length())));
    }
    return moved.toString();
  }

  /** Of one number per channel, first the batch, then the channels among dimensions of size 1. */
  private static String view(AtenNode node, String axes, int[] sizes, int channels) {
    if (!axes.replace("1", "").equals(AtenValue.VECTOR) || sizes.length < 2) {
      throw node.refuse("joins dimensions that are larger than 1");
    }
    StringBuilder seen = new StringBuilder("B");
    for (int i = 1; i < sizes.length; i++) {
      boolean one = sizes[i] == 1 && (channels > 1 || seen.indexOf("C") >= 0);
      seen.append(one ? '1' : 'C');
      if (!one && sizes[i] != channels && sizes[i] != -1 && sizes[i] != AtenNode.FREE) {
        throw node.refuse("makes %d of %d channels".formatted(sizes[i], channels));
      }
    }
    if (seen.chars().filter(c -> c == 'C').count() != 1) {
      throw node.refuse("does not keep the channels together");
    }
    return seen.toString();
  }

  /** A dimension as counted from the front. */
  static int dimension(AtenNode node, int dim, int count) {
    int at = dim < 0 ? dim + count : dim;
    if (at < 0 || at >= count) {
      throw node.refuse("names dimension %d of %d".formatted(dim, count));
    }
    return at;
  }
}
