package org.resnetserving.network;

import static org.resnetserving.network.ProgramText.list;

import java.util.Map;

/**
 * The sizes that weights are packed for. oneDNN chooses the order of a weight by the size of the
 * input: one that was packed for another is put in order again on every run.
 */
final class PackedSizes {
  private final int batch;
  private final Map<String, Shape> shapes;

  PackedSizes(Graph graph, int batch, int side) {
    this.batch = batch;
    this.shapes = graph.shapes(side, side);
  }

  /** What a convolution reads, as a list of (picture, channel, row, column). */
  String input(Convolution convolution) {
    return input(convolution, convolution.inputChannels());
  }

  /** The same where the input has another number of channels. */
  String input(Convolution convolution, int channels) {
    Shape shape = shapes.get(convolution.input());
    if (shape == null) {
      throw new IllegalStateException(convolution.name() + " reads a value without a size");
    }
    Window window = convolution.window();
    boolean padded = !window.isSymmetric();
    return list(
        batch,
        channels,
        shape.height() + (padded ? window.top() + window.bottom() : 0),
        shape.width() + (padded ? window.left() + window.right() : 0));
  }
}
