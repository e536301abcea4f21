package org.resnetserving.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Window;

/** Strides and paddings as ONNX's convolutions and poolings say them. */
final class OnnxWindows {
  /** Beyond any that a picture's side could want. */
  static final int MOST = 1 << 12;

  private OnnxWindows() {}

  /**
   * A window.
   *
   * @param size rows of what it moves over; null if any will do
   */
  static Window of(OnnxNode node, int height, int width, @Nullable Integer size) {
    List<Long> strides = node.integers("strides", List.of(1L, 1L));
    List<Long> dilations = node.integers("dilations", List.of(1L, 1L));
    List<Long> pads = node.integers("pads", List.of(0L, 0L, 0L, 0L));
    if (strides.size() != 2 || dilations.size() != 2 || pads.size() != 4) {
      throw new IllegalArgumentException(
          "has strides %s, dilations %s, pads %s".formatted(strides, dilations, pads));
    }
    int stride = both(strides, "a stride");
    int dilation = both(dilations, "a dilation");
    String automatic = node.text("auto_pad", "NOTSET");
    if (automatic.equals("SAME_UPPER") || automatic.equals("SAME_LOWER")) {
      boolean less = automatic.equals("SAME_UPPER");
      int rows = same(height, stride, dilation, size);
      int columns = same(width, stride, dilation, size);
      int top = less ? rows / 2 : rows - rows / 2;
      int left = less ? columns / 2 : columns - columns / 2;
      return new Window(height, width, stride, top, left, rows - top, columns - left, dilation);
    }
    boolean none = automatic.equals("VALID");
    return new Window(
        height,
        width,
        stride,
        none ? 0 : size(pads.get(0)),
        none ? 0 : size(pads.get(1)),
        none ? 0 : size(pads.get(2)),
        none ? 0 : size(pads.get(3)),
        dilation);
  }

  /** Padding in all so that there are as many places as strides fit into the size. */
  private static int same(int window, int stride, int dilation, @Nullable Integer size) {
    int reach = (Math.min(window, MOST) - 1) * dilation + 1;
    if (stride == 1) {
      return reach - 1;
    }
    if (size == null) {
      throw new IllegalArgumentException(
          "pads by the size of its input, which is free: export the model with a fixed one");
    }
    int places = (size + stride - 1) / stride;
    return Math.max((places - 1) * stride + reach - size, 0);
  }

  private static int both(List<Long> sizes, String what) {
    if (!sizes.get(0).equals(sizes.get(1))) {
      throw new IllegalArgumentException("has %s that differs by direction".formatted(what));
    }
    return size(sizes.get(0));
  }

  private static int size(long size) {
    if (size < 0 || size > MOST) {
      throw new IllegalArgumentException("has a stride or padding of " + size);
    }
    return (int) size;
  }
}
