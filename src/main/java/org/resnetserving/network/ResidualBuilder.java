package org.resnetserving.network;

import org.resnetserving.network.Structure.Attention;
import org.resnetserving.network.Structure.Block;
import org.resnetserving.network.Structure.Shortcut;
import org.resnetserving.network.Structure.Stem;
import org.resnetserving.network.Structure.StemPool;

/** Lays out the layers of a residual network over torchvision's and timm's names of its tensors. */
final class ResidualBuilder {
  private static final Window HALF = Window.square(2, 2, 0);

  private final Structure structure;
  private final CheckedWeights weights;
  private final LayerStack stack;

  ResidualBuilder(Structure structure, CheckedWeights weights, Normalization input) {
    this.structure = structure;
    this.weights = weights;
    this.stack = new LayerStack(weights, input);
  }

  Graph build() {
    stem();
    for (int stage = 1; stage <= structure.depths().size(); stage++) {
      int step = stage > 1 || structure.stepInFirstStage() ? 2 : 1;
      for (int block = 0; block < structure.depths().get(stage - 1); block++) {
        String prefix = "layer%d.%d".formatted(stage, block);
        if (block == 0) {
          block(prefix, step, 0);
        } else {
          block(prefix, 1, stack.channels());
        }
      }
    }
    String featureMap = stack.last();
    stack.add(new GlobalAveragePool("avgpool", featureMap));
    if (!weights.has("fc.weight") && !weights.has("fc.bias")) {
      return new Graph(stack.layers(), null, "avgpool", featureMap);
    }
    Weight matrix = weights.take("fc.weight", 0, stack.channels());
    stack.add(new Linear("fc", stack.last(), matrix, weights.take("fc.bias", matrix.size(0))));
    return new Graph(stack.layers(), "fc", "avgpool", featureMap);
  }

  private void stem() {
    if (structure.stem() == Stem.SMALL) {
      stack.rectified("conv1", "bn1", "relu", 3, 1, 1);
      return;
    } else if (structure.stem() == Stem.SINGLE) {
      stack.rectified("conv1", "bn1", "relu", 7, 2, 1);
    } else {
      stack.rectified("conv1.0", "conv1.1", "conv1.2", 3, 2, 1);
      stack.rectified("conv1.3", "conv1.4", "conv1.5", 3, 1, 1);
      stack.rectified("conv1.6", "bn1", "relu", 3, 1, 1);
    }
    if (structure.pool() == StemPool.CONVOLUTION) {
      stack.rectified("maxpool.0", "maxpool.1", "maxpool.2", 3, 2, 1);
    } else if (structure.antiAliased()) {
      stack.add(new AveragePool("maxpool", stack.last(), HALF, false, true));
    } else {
      stack.add(new MaxPool("maxpool", stack.last(), Window.square(3, 2, 1), false));
    }
  }

  /** A block with that many output channels; 0: as many as its last tensor has. */
  private void block(String prefix, int step, int out) {
    String entry = stack.last();
    int entryChannels = stack.channels();
    if (structure.block() == Block.BOTTLENECK) {
      boolean first = structure.strideInFirst();
      stack.rectified(
          prefix + ".conv1", prefix + ".bn1", prefix + ".relu1", 1, first ? step : 1, 1);
      stepping(prefix, 2, first ? 1 : step, structure.cardinality());
      stack.convolution(prefix + ".conv3", 1, 1, 1, out);
      stack.batchNorm(prefix + ".bn3");
    } else {
      stepping(prefix, 1, step, 1);
      stack.convolution(prefix + ".conv2", 3, 1, 1, out);
      stack.batchNorm(prefix + ".bn2");
    }
    attention(prefix + ".se");
    String residual = stack.last();
    int blockChannels = stack.channels();
    stack.from(entry, entryChannels);
    if (step > 1 || entryChannels != blockChannels) {
      shortcut(prefix, step, blockChannels);
    }
    stack.add(new Add(prefix + ".add", residual, stack.last()));
    stack.add(new Relu(prefix, stack.last()));
  }

  /** The block's 3×3 convolution that steps, or the average after it that does so instead. */
  private void stepping(String prefix, int number, int step, int groups) {
    boolean average = structure.antiAliased() && step > 1;
    stack.rectified(
        "%s.conv%d".formatted(prefix, number),
        "%s.bn%d".formatted(prefix, number),
        "%s.relu%d".formatted(prefix, number),
        3,
        average ? 1 : step,
        groups);
    if (average) {
      stack.add(new AveragePool(prefix + ".aa", stack.last(), HALF, false, true));
    }
  }

  private void attention(String name) {
    if (structure.attention() == Attention.NONE) {
      return;
    }
    String planes = stack.last();
    int channels = stack.channels();
    stack.add(new GlobalAveragePool(name + ".mean", planes));
    if (structure.attention() == Attention.SQUEEZE) {
      matrix(name + ".fc1", 0);
      stack.add(new Relu(name + ".relu", stack.last()));
      matrix(name + ".fc2", channels);
    } else {
      Weight kernel = weights.take(name + ".conv.weight", 1, 1, 0);
      if (kernel.size(2) % 2 == 0) {
        throw weights.refusal(name + ".conv.weight", "an odd number of neighbours");
      }
      stack.add(new ChannelConvolution(name + ".conv", stack.last(), kernel));
    }
    stack.add(new Sigmoid(name + ".gate", stack.last()));
    stack.add(new Multiply(name, planes, stack.last()));
  }

  /** A 1×1 convolution with a bias, over a vector. */
  private void matrix(String name, int out) {
    Weight kernel = weights.take(name + ".weight", out, stack.channels(), 1, 1);
    Weight bias = weights.take(name + ".bias", kernel.size(0));
    stack.add(new Convolution(name, stack.last(), kernel, bias, Window.square(1, 1, 0)));
    stack.from(name, kernel.size(0));
  }

  private void shortcut(String prefix, int step, int blockChannels) {
    String name = prefix + ".downsample";
    if (structure.shortcut() == Shortcut.ZEROS) {
      zeros(prefix, step, blockChannels);
      return;
    } else if (structure.shortcut() == Shortcut.CONVOLUTION) {
      // SENet-154 looks at 3×3 places where it steps.
      int size = step > 1 && weights.kernelSize(name + ".0.weight") == 3 ? 3 : 1;
      stack.convolution(name + ".0", size, step, 1, blockChannels);
      stack.batchNorm(name + ".1");
      return;
    }
    if (step > 1) {
      stack.add(new AveragePool(name + ".0", stack.last(), HALF, true, false));
    }
    stack.convolution(name + ".1", 1, 1, 1, blockChannels);
    stack.batchNorm(name + ".2");
  }

  /** Option A: every second row and column, and planes of zeros, half before and half after. */
  private void zeros(String prefix, int step, int blockChannels) {
    int missing = blockChannels - stack.channels();
    if (missing < 0) {
      throw weights.refusal(
          prefix + ".conv2.weight", stack.channels() + " output channels or more");
    }
    stack.add(new Subsample(prefix + ".shortcut.0", stack.last(), step));
    stack.add(
        new PadChannels(prefix + ".shortcut.1", stack.last(), missing / 2, missing - missing / 2));
    stack.from(stack.last(), blockChannels);
  }
}
