package org.resnetserving.network;

import java.util.ArrayList;
import java.util.List;

/** Layers over checked weights, each reading what the last one made unless told otherwise. */
final class LayerStack {
  private static final double EPSILON = 1e-5;

  private final CheckedWeights weights;
  private final List<Layer> layers = new ArrayList<>();
  private String last;
  private int channels;

  /** From the normalised pixels on. */
  LayerStack(CheckedWeights weights, Normalization input) {
    this.weights = weights;
    this.channels = input.channels();
    this.last = "input";
    layers.add(new Normalize(last, Graph.PIXELS, input));
  }

  CheckedWeights weights() {
    return weights;
  }

  List<Layer> layers() {
    return layers;
  }

  /** What the last layer made. */
  String last() {
    return last;
  }

  /** How many channels that has. */
  int channels() {
    return channels;
  }

  /** Goes on from another value, of that many channels. */
  void from(String value, int channels) {
    this.last = value;
    this.channels = channels;
  }

  /** A layer that keeps the number of channels. */
  void add(Layer layer) {
    layers.add(layer);
    last = layer.name();
  }

  /** A convolution, its batch norm and a relu called {@code relu}. */
  void rectified(String convolution, String norm, String relu, int size, int stride, int groups) {
    convolution(convolution, size, stride, groups, 0);
    batchNorm(norm);
    add(new Relu(relu, last));
  }

  /**
   * A convolution without a bias, padded so that steps of one keep the size.
   *
   * @param out output channels; 0: as many as the tensor has
   */
  void convolution(String name, int size, int stride, int groups, int out) {
    if (channels % groups != 0) {
      throw weights.refusal(
          name + ".weight", "a number of input channels that %d divides".formatted(groups));
    }
    Weight kernel = weights.take(name + ".weight", out, channels / groups, size, size);
    if (kernel.size(0) % groups != 0) {
      throw weights.refusal(
          name + ".weight", "a number of output channels that %d divides".formatted(groups));
    }
    channels = kernel.size(0);
    Window window = Window.square(size, stride, size / 2);
    add(new Convolution(name, last, kernel, null, window, groups));
  }

  void batchNorm(String name) {
    add(
        new BatchNorm(
            name,
            last,
            weights.take(name + ".weight", channels),
            weights.take(name + ".bias", channels),
            weights.take(name + ".running_mean", channels),
            weights.take(name + ".running_var", channels),
            EPSILON));
  }
}
