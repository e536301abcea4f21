package org.resnetserving.torchexport;

import java.util.Arrays;
import org.resnetserving.network.Window;

/** The windows of convolutions and poolings, from an op's arguments. */
final class AtenWindows {
  private AtenWindows() {}

  static Window ofConvolution(AtenNode node, int height, int width) {
    int dilation = same(node, "dilation", 1);
    int stride = same(node, "stride", 1);
    if (node.argumentIsText("padding")) {
      return switch (node.text("padding", "")) {
        case "valid" -> new Window(height, width, stride, 0, 0, 0, 0, dilation);
        case "same" -> {
          int rows = Math.multiplyExact(dilation, height - 1);
          int columns = Math.multiplyExact(dilation, width - 1);
          yield new Window(
              height,
              width,
              stride,
              rows / 2,
              columns / 2,
              rows - rows / 2,
              columns - columns / 2,
              dilation);
        }
        default -> throw node.refuse("has the padding " + node.text("padding", ""));
      };
    }
    int[] padding = pair(node, "padding", 0);
    return new Window(
        height, width, stride, padding[0], padding[1], padding[0], padding[1], dilation);
  }

  static Window ofPooling(AtenNode node) {
    int[] kernel = pair(node, "kernel_size", 0);
    int stride =
        node.integers("stride").length == 0 ? square(node, kernel) : same(node, "stride", 1);
    int[] padding = pair(node, "padding", 0);
    return new Window(
        kernel[0],
        kernel[1],
        stride,
        padding[0],
        padding[1],
        padding[0],
        padding[1],
        same(node, "dilation", 1));
  }

  private static int square(AtenNode node, int[] kernel) {
    if (kernel[0] != kernel[1]) {
      throw node.refuse("moves over rows and columns by %s".formatted(Arrays.toString(kernel)));
    }
    return kernel[0];
  }

  /** One number for rows and columns. */
  private static int same(AtenNode node, String argument, int otherwise) {
    int[] pair = pair(node, argument, otherwise);
    if (pair[0] != pair[1]) {
      throw node.refuse(
          "has %s %s; only the same for rows and columns is read"
              .formatted(argument, Arrays.toString(pair)));
    }
    return pair[0];
  }

  private static int[] pair(AtenNode node, String argument, int otherwise) {
    int[] numbers = node.integers(argument, otherwise);
    return switch (numbers.length) {
      case 0 -> new int[] {otherwise, otherwise};
      case 1 -> new int[] {numbers[0], numbers[0]};
      case 2 -> numbers;
      default -> throw node.refuse("has %d numbers for %s".formatted(numbers.length, argument));
    };
  }
}
