package org.resnetserving.keras;

import org.resnetserving.network.Shape;
import org.resnetserving.network.Window;

/** The windows of convolutions and poolings, with the padding that Keras means. */
final class KerasWindows {
  private KerasWindows() {}

  /**
   * A layer's window.
   *
   * @param size rows and columns of it
   * @param in the size of what it moves over
   * @param isSized whether that size is that of every picture, not of an example
   */
  static Window of(
      KerasLayer layer, int[] size, int stride, int dilation, Shape in, boolean isSized) {
    return switch (layer.text("padding", "valid")) {
      case "valid" -> new Window(size[0], size[1], stride, 0, 0, 0, 0, dilation);
      case "same" -> {
        if (stride > 1 && !isSized) {
          throw layer.refuse(
              "pads by the size of the picture, and the model takes any: save it with a fixed"
                  + " input_shape");
        }
        int rows = padding(in.height(), size[0], stride, dilation);
        int columns = padding(in.width(), size[1], stride, dilation);
        yield new Window(
            size[0],
            size[1],
            stride,
            rows / 2,
            columns / 2,
            rows - rows / 2,
            columns - columns / 2,
            dilation);
      }
      default ->
          throw layer.refuse(
              "has the padding %s, which is not read".formatted(layer.text("padding", "")));
    };
  }

  /** TensorFlow's rule: as many places as strides fit, the odd row behind. */
  private static int padding(int in, int size, int stride, int dilation) {
    int step = Math.max(stride, 1); // a window refuses others
    int places = (in + step - 1) / step;
    long reach = (long) (size - 1) * dilation + 1;
    return Math.toIntExact(Math.max((places - 1L) * step + reach - in, 0));
  }
}
