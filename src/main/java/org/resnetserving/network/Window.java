package org.resnetserving.network;

/**
 * How a convolution or pooling moves over its input.
 *
 * @param height rows of the window
 * @param width columns of the window
 * @param stride rows and columns between two positions
 * @param top rows of padding above
 * @param left columns of padding before
 * @param bottom rows of padding below
 * @param right columns of padding after
 * @param dilation rows and columns from one element of the window to the next; 1 if they touch
 */
public record Window(
    int height, int width, int stride, int top, int left, int bottom, int right, int dilation) {

  /** Refuses a window without elements, a stride or dilation below 1 and negative padding. */
  public Window {
    if (height < 1
        || width < 1
        || stride < 1
        || dilation < 1
        || top < 0
        || left < 0
        || bottom < 0
        || right < 0) {
      throw new IllegalArgumentException(
          "window %d×%d, stride %d, dilation %d, padding %d %d %d %d"
              .formatted(height, width, stride, dilation, top, left, bottom, right));
    }
  }

  /** A window whose elements touch. */
  public Window(int height, int width, int stride, int top, int left, int bottom, int right) {
    this(height, width, stride, top, left, bottom, right, 1);
  }

  /** A square window with the same padding on all sides. */
  public static Window square(int size, int stride, int padding) {
    return new Window(size, size, stride, padding, padding, padding, padding);
  }

  /** This window with more padding. */
  public Window padded(int top, int left, int bottom, int right) {
    return new Window(
        height,
        width,
        stride,
        this.top + top,
        this.left + left,
        this.bottom + bottom,
        this.right + right,
        dilation);
  }

  /** Whether opposite sides are padded alike. */
  public boolean isSymmetric() {
    return top == bottom && left == right;
  }

  /**
   * The size of what {@code channels} such windows make of an input of size {@code in}.
   *
   * @param roundUp whether a last window may hang over the far edge, if it begins before it
   */
  Shape over(Shape in, int channels, boolean roundUp) {
    return new Shape(
        channels,
        positions(top, in.height(), bottom, reach(height), roundUp),
        positions(left, in.width(), right, reach(width), roundUp));
  }

  /** Rows or columns from the first element of the window to the last. */
  private int reach(int elements) {
    return (elements - 1) * dilation + 1;
  }

  private int positions(int before, int in, int after, int window, boolean roundUp) {
    int padded = before + in + after;
    if (padded < window) {
      throw new IllegalArgumentException(
          "a window of %d does not fit into %d, padding included".formatted(window, padded));
    }
    int steps = (padded - window + (roundUp ? stride - 1 : 0)) / stride;
    if (roundUp && steps * stride >= in + before) {
      steps--;
    }
    return steps + 1;
  }
}
