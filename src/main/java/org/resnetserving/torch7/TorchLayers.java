package org.resnetserving.torch7;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.AveragePool;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.Linear;
import org.resnetserving.network.MaxPool;
import org.resnetserving.network.Subsample;
import org.resnetserving.network.Weight;
import org.resnetserving.network.Window;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.TensorReader;

/** The layers that have weights or windows, from the fields of Torch7's modules. */
final class TorchLayers {
  private static final double EPSILON = 1e-5;

  /** Beyond any that a picture's side could want. */
  private static final int MOST = 1 << 12;

  private final FileBytes file;
  private final GraphBuilder graph;
  private final TensorReader reader;

  TorchLayers(FileBytes file, GraphBuilder graph) {
    this.file = file;
    this.graph = graph;
    this.reader = new TensorReader(file);
  }

  String convolution(TorchObject module, String name, String in) {
    Window window = window(module, module.size("dilationW", 1));
    int groups = module.size("groups", 1);
    Weight kernel = weight(module, "weight", name);
    int outputs = kernel.size(0);
    int inputs = module.size("nInputPlane", 0) / Math.max(groups, 1);
    if (module.size("dilationH", 1) != window.dilation()
        || module.size("nOutputPlane", outputs) != outputs) {
      throw new IllegalArgumentException("has sizes that are not its kernel's");
    }
    Weight shaped = kernel.reshaped(outputs, inputs, window.height(), window.width());
    return graph.add(
        new Convolution(name, in, shaped, vector(module, "bias", name, outputs), window, groups));
  }

  String batchNorm(TorchObject module, String name, String in) {
    double epsilon = module.number("eps", EPSILON);
    Weight mean = weight(module, "running_mean", name);
    int channels = mean.size(0);
    Weight gamma = vector(module, "weight", name, channels);
    Weight beta = vector(module, "bias", name, channels);
    Weight variance =
        module.tensor("running_var") == null
            ? variance(weight(module, "running_std", name), epsilon)
            : weight(module, "running_var", name);
    if (variance.elements() != channels) {
      throw new IllegalArgumentException("has %s and %s".formatted(mean, variance));
    }
    return graph.add(
        new BatchNorm(
            name,
            in,
            gamma == null ? Weight.filled(name + ".weight", channels, 1) : gamma,
            beta == null ? Weight.filled(name + ".bias", channels, 0) : beta,
            mean,
            variance,
            epsilon));
  }

  /** Modules of version 1 stored 1 / sqrt(variance + epsilon). */
  private static Weight variance(Weight inverse, double epsilon) {
    return new Weight(
        inverse.name(),
        inverse.shape(),
        () -> {
          float[] values = inverse.read();
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (1 / ((double) values[i] * values[i]) - epsilon);
          }
          return values;
        });
  }

  String maxPool(TorchObject module, String name, String in) {
    return graph.add(new MaxPool(name, in, window(module, 1), module.flag("ceil_mode", false)));
  }

  String averagePool(TorchObject module, String name, String in) {
    Window window = window(module, 1);
    if (!module.flag("divide", true)) {
      throw new IllegalArgumentException("adds up, and does not divide");
    }
    if (window.equals(Window.square(1, window.stride(), 0))) {
      return graph.add(new Subsample(name, in, window.stride()));
    }
    boolean counts =
        module.flag("count_include_pad", true)
            && !(module.get("mode") instanceof String mode && mode.contains("EXCLUDE"));
    return graph.add(new AveragePool(name, in, window, module.flag("ceil_mode", false), counts));
  }

  /** What a View or Reshape makes: a picture's numbers in a row, of which each is a channel. */
  String vector(TorchObject module, String name, String in) {
    long wanted =
        module.get("size") instanceof TorchStorage sizes
            ? sizes.product(file)
            : module.size("numElements", -1);
    if (wanted != graph.shape(in).channels() && wanted != 1 && wanted != -1) {
      throw new IllegalArgumentException(
          "makes rows of %d numbers of %d channels".formatted(wanted, graph.shape(in).channels()));
    }
    return graph.vector(name, in);
  }

  String linear(TorchObject module, String name, String in) {
    Weight matrix = weight(module, "weight", name);
    if (matrix.shape().length != 2) {
      throw new IllegalArgumentException("has a matrix " + matrix);
    }
    return graph.add(new Linear(name, in, matrix, vector(module, "bias", name, matrix.size(0))));
  }

  private Weight weight(TorchObject module, String field, String name) {
    TorchTensor tensor = module.tensor(field);
    if (tensor == null) {
      throw new IllegalArgumentException("has no " + field);
    }
    return tensor.weight(file, reader, name + "." + field);
  }

  private @Nullable Weight vector(TorchObject module, String field, String name, int size) {
    if (module.tensor(field) == null) {
      return null;
    }
    Weight weight = weight(module, field, name);
    if (!Arrays.equals(weight.shape(), new int[] {size})) {
      throw new IllegalArgumentException("has %s for %d channels".formatted(weight, size));
    }
    return weight;
  }

  private static Window window(TorchObject module, int dilation) {
    int width = size(module, "kW", 0);
    int height = size(module, "kH", 0);
    int stride = size(module, "dW", 1);
    int padding = size(module, "padding", 0);
    int left = size(module, "padW", padding);
    int top = size(module, "padH", padding);
    if (stride != size(module, "dH", 1)) {
      throw new IllegalArgumentException("has a stride that differs by direction");
    }
    return new Window(height, width, stride, top, left, top, left, dilation);
  }

  private static int size(TorchObject module, String field, int otherwise) {
    int size = module.size(field, otherwise);
    if (size < 0 || size > MOST) {
      throw new IllegalArgumentException("has %s = %d".formatted(field, size));
    }
    return size;
  }
}
