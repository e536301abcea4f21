package org.resnetserving.network;

import java.util.ArrayList;
import java.util.List;

/** Lays out the layers of a residual network over torchvision's names of its tensors. */
final class ResidualBuilder {
  private static final double EPSILON = 1e-5;

  private final CheckedWeights weights;
  private final Normalization input;
  private final boolean bottleneck;
  private final boolean cifar;
  private final List<Layer> layers = new ArrayList<>();
  private String last = Graph.PIXELS;
  private int channels;

  ResidualBuilder(CheckedWeights weights, Normalization input, boolean bottleneck, boolean cifar) {
    this.weights = weights;
    this.input = input;
    this.bottleneck = bottleneck;
    this.cifar = cifar;
    this.channels = input.channels();
  }

  Graph build(List<Integer> blocks) {
    add(new Normalize("input", last, input));
    if (cifar) {
      convolution("conv1", 3, 1, 1);
    } else {
      convolution("conv1", 7, 2, 3);
    }
    batchNorm("bn1");
    add(new Relu("relu", last));
    if (!cifar) {
      add(new MaxPool("maxpool", last, Window.square(3, 2, 1), false));
    }
    for (int stage = 1; stage <= blocks.size(); stage++) {
      for (int block = 0; block < blocks.get(stage - 1); block++) {
        String prefix = "layer%d.%d".formatted(stage, block);
        if (block == 0) {
          block(prefix, stage > 1 ? 2 : 1, 0);
        } else {
          block(prefix, 1, channels);
        }
      }
    }
    String featureMap = last;
    add(new GlobalAveragePool("avgpool", last));
    Weight matrix = weights.take("fc.weight", 0, channels);
    add(new Linear("fc", last, matrix, weights.take("fc.bias", matrix.size(0))));
    return new Graph(layers, "fc", "avgpool", featureMap);
  }

  /** A block with that many output channels; 0: as many as its last tensor has. */
  private void block(String prefix, int stride, int out) {
    String entry = last;
    int entryChannels = channels;
    if (bottleneck) {
      convolution(prefix + ".conv1", 1, 1, 0);
      batchNorm(prefix + ".bn1");
      add(new Relu(prefix + ".relu1", last));
      convolution(prefix + ".conv2", 3, stride, 1);
      batchNorm(prefix + ".bn2");
      add(new Relu(prefix + ".relu2", last));
      convolution(prefix + ".conv3", 1, 1, 0, out);
      batchNorm(prefix + ".bn3");
    } else {
      convolution(prefix + ".conv1", 3, stride, 1);
      batchNorm(prefix + ".bn1");
      add(new Relu(prefix + ".relu1", last));
      convolution(prefix + ".conv2", 3, 1, 1, out);
      batchNorm(prefix + ".bn2");
    }
    String residual = last;
    last = entry;
    int blockChannels = channels;
    channels = entryChannels;
    if (stride > 1 || entryChannels != blockChannels) {
      if (cifar) {
        shortcutA(prefix, stride, blockChannels);
      } else {
        convolution(prefix + ".downsample.0", 1, stride, 0, blockChannels);
        batchNorm(prefix + ".downsample.1");
      }
    }
    add(new Add(prefix + ".add", residual, last));
    add(new Relu(prefix, last));
  }

  /** Option A: every second row and column, and planes of zeros, half before and half after. */
  private void shortcutA(String prefix, int stride, int blockChannels) {
    int missing = blockChannels - channels;
    if (missing < 0) {
      throw weights.refusal(prefix + ".conv2.weight", channels + " output channels or more");
    }
    add(new Subsample(prefix + ".shortcut.0", last, stride));
    add(new PadChannels(prefix + ".shortcut.1", last, missing / 2, missing - missing / 2));
    channels = blockChannels;
  }

  private void convolution(String name, int size, int stride, int padding) {
    convolution(name, size, stride, padding, 0);
  }

  /** With that many output channels; 0: as many as the tensor has. */
  private void convolution(String name, int size, int stride, int padding, int out) {
    Weight kernel = weights.take(name + ".weight", out, channels, size, size);
    channels = kernel.size(0);
    add(new Convolution(name, last, kernel, null, Window.square(size, stride, padding)));
  }

  private void batchNorm(String name) {
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

  private void add(Layer layer) {
    layers.add(layer);
    last = layer.name();
  }
}
