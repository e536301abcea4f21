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
 */
public record Window(int height, int width, int stride, int top, int left, int bottom, int right) {

  /** Refuses a window without elements, a stride below 1 and negative padding. */
  public Window {
    if (height < 1 || width < 1 || stride < 1 || top < 0 || left < 0 || bottom < 0 || right < 0) {
      throw new IllegalArgumentException(
          "window %d×%d, stride %d, padding %d %d %d %d"
              .formatted(height, width, stride, top, left, bottom, right));
    }
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
        this.right + right);
  }

  /** Whether opposite sides are padded alike. */
  public boolean isSymmetric() {
    return top == bottom && left == right;
  }

  /** The size of what {@code channels} such windows make of an input of size {@code in}. */
  Shape over(Shape in, int channels, boolean roundUp) {
    return new Shape(
        channels,
        positions(in.height() + top + bottom, height, roundUp),
        positions(in.width() + left + right, width, roundUp));
  }

  private int positions(int padded, int window, boolean roundUp) {
    if (padded < window) {
      throw new IllegalArgumentException(
          "a window of %d does not fit into %d, padding included".formatted(window, padded));
    }
    int steps = (padded - window + (roundUp ? stride - 1 : 0)) / stride;
    return steps + 1;
  }
}
