package org.resnetserving.torch7;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Add;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.Graph;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Multiply;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Pad;
import org.resnetserving.network.PadChannels;
import org.resnetserving.network.Relu;
import org.resnetserving.network.Scale;
import org.resnetserving.network.Sigmoid;
import org.resnetserving.weights.FileBytes;

/**
 * Makes a graph of a tree of modules, as Torch7 runs them: a module makes of a value, or of a table
 * of values, another one.
 */
final class TorchGraph {
  /** How deep modules may nest: those of fb.resnet.torch do 6 deep. */
  private static final int MAX_DEPTH = 64;

  private static final int CHANNELS = 2;

  private final FileBytes file;
  private final GraphBuilder graph;
  private final TorchLayers layers;
  private final Set<String> shared = new HashSet<>();
  private int modules;
  private @Nullable Activation activation;

  TorchGraph(FileBytes file, Normalization input) {
    this.file = file;
    this.graph = new GraphBuilder(input, null);
    this.layers = new TorchLayers(file, graph);
  }

  /** Whether an object is a module of a library that is known. */
  static boolean isModule(TorchObject object) {
    return object.type().matches("(nn|cudnn|cunn|fbnn|fbcunn|inn)\\.\\w+");
  }

  ImportedNetwork build(TorchObject model) {
    List<String> values = run(model, List.of(graph.input()), "model", 0);
    try {
      String output = one(values);
      if (activation == null && graph.maker(output) instanceof Sigmoid sigmoid) {
        output = sigmoid.input();
        activation = Activation.SIGMOID;
      }
      Graph built = graph.build(output);
      String structure = "Torch7 %s: %s".formatted(model.type(), GraphBuilder.describe(built));
      return new ImportedNetwork(built, activation, graph.side(), structure, file::close);
    } catch (IllegalArgumentException e) {
      throw file.refuse(String.valueOf(e.getMessage()));
    }
  }

  /** What a module makes: one value, or several if it makes a table. */
  private List<String> run(Object value, List<String> in, String path, int depth) {
    if (!(value instanceof TorchObject module) || !isModule(module)) {
      throw file.refuse(path, "is a %s, no module that is known".formatted(value));
    }
    if (depth > MAX_DEPTH || ++modules > GraphBuilder.MAX_LAYERS) {
      throw file.refuse(
          path,
          "is nested deeper than %d modules, or one of more than %d"
              .formatted(MAX_DEPTH, GraphBuilder.MAX_LAYERS));
    }
    if (activation != null) {
      throw refuse(module, path, "follows the softmax");
    }
    String type = module.type().substring(module.type().indexOf('.') + 1);
    try {
      return switch (type) {
        case "Sequential" -> sequence(module, in, path, depth);
        case "DataParallelTable", "DataParallel", "GPU" ->
            run(
                module.list("modules").isEmpty() ? "nothing" : module.list("modules").get(0),
                in,
                path,
                depth + 1);
        case "ConcatTable" -> branches(module, one(in), path, depth);
        case "ParallelTable" -> parallel(module, in, path, depth);
        case "Concat", "DepthConcat" -> {
          demandChannels(module.size("dimension", 0), 0);
          List<String> made = branches(module, one(in), path, depth);
          yield List.of(graph.concat(graph.name(path), made));
        }
        case "JoinTable" -> {
          demandChannels(module.size("dimension", 0), module.size("nInputDims", 0));
          yield List.of(graph.concat(graph.name(path), in));
        }
        case "CAddTable" -> List.of(combine(in, path, false));
        case "CMulTable" -> List.of(combine(in, path, true));
        case "Identity", "Copy", "Contiguous" -> in;
        default -> List.of(one(type, module, one(in), path));
      };
    } catch (IllegalArgumentException e) {
      throw refuse(module, path, String.valueOf(e.getMessage()));
    }
  }

  private RuntimeException refuse(TorchObject module, String path, String problem) {
    return file.refuse("%s (%s)".formatted(path, module.type()), problem);
  }

  private static String one(List<String> values) {
    if (values.size() != 1) {
      throw new IllegalArgumentException("reads a table of %d values".formatted(values.size()));
    }
    return values.get(0);
  }

  private List<String> sequence(TorchObject module, List<String> in, String path, int depth) {
    List<String> values = in;
    List<Object> modules = module.list("modules");
    for (int i = 0; i < modules.size(); i++) {
      values = run(modules.get(i), values, path + "." + (i + 1), depth + 1);
    }
    return values;
  }

  private List<String> branches(TorchObject module, String in, String path, int depth) {
    List<String> values = new ArrayList<>();
    List<Object> modules = module.list("modules");
    if (modules.size() > 1) {
      shared.add(in);
    }
    for (int i = 0; i < modules.size(); i++) {
      values.add(one(run(modules.get(i), List.of(in), path + "." + (i + 1), depth + 1)));
    }
    return values;
  }

  private List<String> parallel(TorchObject module, List<String> in, String path, int depth) {
    List<Object> modules = module.list("modules");
    if (modules.size() != in.size()) {
      throw new IllegalArgumentException(
          "has %d modules for %d values".formatted(modules.size(), in.size()));
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < modules.size(); i++) {
      values.add(one(run(modules.get(i), List.of(in.get(i)), path + "." + (i + 1), depth + 1)));
    }
    return values;
  }

  /** A dimension counts from 1, the pictures included unless the sizes are told to be without. */
  private static void demandChannels(int dimension, int dimensions) {
    if (dimension != (dimensions == 3 ? CHANNELS - 1 : CHANNELS)) {
      throw new IllegalArgumentException(
          "works along dimension %d; only channels are read".formatted(dimension));
    }
  }

  private String combine(List<String> values, String path, boolean product) {
    if (values.size() < 2) {
      throw new IllegalArgumentException("reads %d values".formatted(values.size()));
    }
    String value = values.get(0);
    for (int i = 1; i < values.size(); i++) {
      String name = graph.name(path);
      value =
          graph.add(
              product
                  ? new Multiply(name, value, values.get(i))
                  : new Add(name, value, values.get(i)));
    }
    return value;
  }

  private String one(String type, TorchObject module, String in, String path) {
    String name = graph.name(path);
    return switch (type) {
      case "SpatialConvolution", "SpatialConvolutionMM", "SpatialDilatedConvolution" ->
          layers.convolution(module, name, in);
      case "SpatialBatchNormalization", "BatchNormalization" -> layers.batchNorm(module, name, in);
      case "ReLU", "Threshold" -> relu(module, name, in);
      case "Sigmoid" -> graph.add(new Sigmoid(name, in));
      case "SpatialMaxPooling" -> layers.maxPool(module, name, in);
      case "SpatialAveragePooling" -> layers.averagePool(module, name, in);
      case "SpatialAdaptiveAveragePooling" -> {
        if (module.size("W", 0) != 1 || module.size("H", 0) != 1) {
          throw new IllegalArgumentException("pools to more than one place");
        }
        yield graph.add(new GlobalAveragePool(name, in));
      }
      case "View", "Reshape" -> layers.vector(module, name, in);
      case "Linear" -> layers.linear(module, name, in);
      case "MulConstant" ->
          graph.add(new Scale(name, in, module.number("constant_scalar", Double.NaN)));
      case "Padding" -> padding(module, name, in);
      case "SpatialZeroPadding" ->
          graph.add(
              new Pad(
                  name,
                  in,
                  module.size("pad_t", 0),
                  module.size("pad_l", 0),
                  module.size("pad_b", 0),
                  module.size("pad_r", 0)));
      case "Dropout" -> dropout(module, name, in);
      case "SoftMax", "LogSoftMax" -> {
        activation = Activation.SOFTMAX;
        yield graph.vector(name, in);
      }
      default -> throw new IllegalArgumentException("is a type that is not read");
    };
  }

  /** One that writes over its input, where others read that too, changes what they read. */
  private String relu(TorchObject module, String name, String in) {
    if (module.number("threshold", 0) != 0 || module.number("val", 0) != 0) {
      throw new IllegalArgumentException("has another threshold than 0");
    }
    if (module.flag("inplace", false) && shared.contains(in)) {
      throw new IllegalArgumentException("writes over a value that another branch reads");
    }
    return graph.add(new Relu(name, in));
  }

  private String padding(TorchObject module, String name, String in) {
    int pad = module.size("pad", 0);
    demandChannels(module.size("dim", 0), module.size("nInputDim", 0));
    if (module.number("value", 0) != 0 || module.size("index", 1) != 1) {
      throw new IllegalArgumentException("pads with more than zeros at an end");
    }
    return graph.add(new PadChannels(name, in, Math.max(-pad, 0), Math.max(pad, 0)));
  }

  /** Of version 2 it does nothing after training; before, it scaled then. */
  private String dropout(TorchObject module, String name, String in) {
    double kept = 1 - module.number("p", 0.5);
    return module.flag("v2", false) ? in : graph.add(new Scale(name, in, kept));
  }
}
