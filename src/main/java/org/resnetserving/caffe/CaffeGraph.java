package org.resnetserving.caffe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Add;
import org.resnetserving.network.AveragePool;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.Graph;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Linear;
import org.resnetserving.network.MaxPool;
import org.resnetserving.network.Multiply;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Relu;
import org.resnetserving.network.Scale;
import org.resnetserving.network.Shape;
import org.resnetserving.network.Sigmoid;
import org.resnetserving.network.Weight;
import org.resnetserving.network.Window;
import org.resnetserving.weights.ProtobufMessage;
import org.resnetserving.weights.TensorReader;

/** Makes a graph of a network's layers, one after the other, as Caffe runs them. */
final class CaffeGraph {
  private static final float EPSILON = 1e-5f;
  private static final int MAX = 0;
  private static final int AVERAGE = 1;
  private static final int ROUND_DOWN = 1;
  private static final int PRODUCT = 0;
  private static final int SUM = 1;

  private final CaffeNet net;
  private final GraphBuilder graph;
  private final TensorReader reader;

  /** The value that a blob has now: a layer in place gives it another. */
  private final Map<String, String> blobs = new HashMap<>();

  private final Set<String> unread = new LinkedHashSet<>();
  private final Map<String, Activation> activations = new HashMap<>();

  CaffeGraph(CaffeNet net, Normalization input) {
    this.net = net;
    this.graph = new GraphBuilder(input, net.side());
    this.reader = new TensorReader(net.file());
  }

  ImportedNetwork build() {
    for (CaffeLayer layer : net.layers()) {
      try {
        add(layer);
      } catch (IllegalArgumentException e) {
        throw net.file().refuse(layer.title(), String.valueOf(e.getMessage()));
      }
    }
    if (unread.size() != 1) {
      throw net.file().refuse("ends in %d blobs, %s; one is read".formatted(unread.size(), unread));
    }
    try {
      return end(unread.iterator().next());
    } catch (IllegalArgumentException e) {
      throw net.file().refuse(String.valueOf(e.getMessage()));
    }
  }

  private ImportedNetwork end(String blob) {
    String value = blobs.getOrDefault(blob, "");
    Activation activation = activations.get(blob);
    if (activation == null && graph.maker(value) instanceof Sigmoid sigmoid) {
      value = sigmoid.input();
      activation = Activation.SIGMOID;
    }
    Graph built = graph.build(graph.vector(graph.name("pool"), value));
    String structure = "Caffe network %s: %s".formatted(net.name(), GraphBuilder.describe(built));
    return new ImportedNetwork(built, activation, graph.side(), structure, net.file()::close);
  }

  private void add(CaffeLayer layer) {
    switch (layer.type()) {
      case "Accuracy", "Silence" -> layer.bottoms().forEach(unread::remove);
      case "Softmax" -> activate(layer, layer.parameters().integer(2, 1));
      case "SoftmaxWithLoss" -> activate(layer, 1);
      case "Dropout" -> bind(layer, read(layer, 0));
      case "Split" -> {
        String value = read(layer, 0);
        layer.tops().forEach(top -> bind(top, value));
      }
      default -> bind(layer, value(layer, graph.name(layer.name())));
    }
  }

  private String value(CaffeLayer layer, String name) {
    return switch (layer.type()) {
      case "Convolution" -> convolution(layer, name);
      case "BatchNorm" -> batchNorm(layer, name);
      case "Scale" -> scale(layer, name);
      case "Bias" -> graph.affine(name, read(layer, 0), null, vector(layer, 0));
      case "ReLU" -> relu(layer, name);
      case "Sigmoid" -> graph.add(new Sigmoid(name, read(layer, 0)));
      case "Pooling" -> pool(layer, name);
      case "Eltwise" -> combine(layer, name);
      case "Axpy" -> {
        String product =
            graph.add(new Multiply(graph.name(name + ".product"), read(layer, 0), read(layer, 1)));
        yield graph.add(new Add(name, product, read(layer, 2)));
      }
      case "Concat" -> concat(layer, name);
      case "InnerProduct" -> matrix(layer, name);
      case "Power" -> power(layer, name);
      case "Flatten" -> graph.vector(name, read(layer, 0));
      case "Reshape" -> reshape(layer, name);
      default -> throw new IllegalArgumentException("is a type that is not read");
    };
  }

  /** The value of a blob that a layer reads; one that nothing made yet is the picture. */
  private String read(CaffeLayer layer, int bottom) {
    if (bottom >= layer.bottoms().size()) {
      throw new IllegalArgumentException("reads %d blobs".formatted(layer.bottoms().size()));
    }
    String blob = layer.bottoms().get(bottom);
    unread.remove(blob);
    if (activations.containsKey(blob)) {
      throw new IllegalArgumentException("reads %s, which is behind the softmax".formatted(blob));
    }
    String value = blobs.get(blob);
    if (value == null && (net.inputs().contains(blob) || !blobs.containsValue(graph.input()))) {
      blobs.put(blob, graph.input());
      return graph.input();
    }
    if (value == null) {
      throw new IllegalArgumentException("reads %s, which nothing makes".formatted(blob));
    }
    return value;
  }

  private void bind(CaffeLayer layer, String value) {
    if (layer.tops().size() != 1) {
      throw new IllegalArgumentException("makes %d blobs".formatted(layer.tops().size()));
    }
    bind(layer.tops().get(0), value);
  }

  private void bind(String blob, String value) {
    blobs.put(blob, value);
    unread.add(blob);
  }

  private void activate(CaffeLayer layer, long axis) {
    String value = graph.vector(graph.name(layer.name()), read(layer, 0));
    if (axis != 1) {
      throw new IllegalArgumentException("has axis %d; only 1 is read".formatted(axis));
    }
    layer.bottoms().forEach(unread::remove);
    String blob = layer.tops().isEmpty() ? layer.name() : layer.tops().get(0);
    bind(blob, value);
    activations.put(blob, Activation.SOFTMAX);
  }

  private Weight vector(CaffeLayer layer, int blob) {
    return blob(layer, blob).vector(reader, weightName(layer, blob));
  }

  private static CaffeBlob blob(CaffeLayer layer, int blob) {
    if (blob >= layer.blobs().size()) {
      throw new IllegalArgumentException(
          "has %d blobs of weights; take the file that training saved"
              .formatted(layer.blobs().size()));
    }
    return layer.blobs().get(blob);
  }

  private static String weightName(CaffeLayer layer, int blob) {
    return layer.name() + ".blobs[" + blob + "]";
  }

  private @Nullable Weight bias(CaffeLayer layer, boolean wanted, int outputs) {
    if (!wanted) {
      return null;
    }
    Weight bias = vector(layer, 1);
    if (bias.size(0) != outputs) {
      throw new IllegalArgumentException(
          "has a bias of %d for %d outputs".formatted(bias.size(0), outputs));
    }
    return bias;
  }

  private String convolution(CaffeLayer layer, String name) {
    ProtobufMessage parameters = layer.parameters();
    Weight kernel = blob(layer, 0).weight(reader, weightName(layer, 0), 4);
    if (parameters.integer(1, kernel.size(0)) != kernel.size(0) || parameters.integer(16, 1) != 1) {
      throw new IllegalArgumentException("has a kernel or axis that is not its own: " + kernel);
    }
    return graph.add(
        new Convolution(
            name,
            read(layer, 0),
            kernel,
            bias(layer, parameters.flag(2, true), kernel.size(0)),
            CaffeWindow.ofConvolution(parameters),
            Math.toIntExact(Math.min(parameters.integer(5, 1), Integer.MAX_VALUE))));
  }

  /** Its sums are divided by the third blob; one of 0 makes them 0. */
  private String batchNorm(CaffeLayer layer, String name) {
    if (layer.blobs().size() != 3) {
      throw new IllegalArgumentException(
          "has %d blobs of weights, not 3".formatted(layer.blobs().size()));
    }
    Weight mean = vector(layer, 0);
    Weight variance = vector(layer, 1);
    Weight factor = vector(layer, 2);
    int channels = mean.size(0);
    if (variance.size(0) != channels || factor.size(0) != 1) {
      throw new IllegalArgumentException("has blobs %s, %s, %s".formatted(mean, variance, factor));
    }
    return graph.add(
        new BatchNorm(
            name,
            read(layer, 0),
            Weight.filled(name + ".gamma", channels, 1),
            Weight.filled(name + ".beta", channels, 0),
            divided(mean, factor),
            divided(variance, factor),
            layer.parameters().real(3, EPSILON)));
  }

  private static Weight divided(Weight sums, Weight factor) {
    return new Weight(
        sums.name(),
        sums.shape(),
        () -> {
          float[] values = sums.read();
          float count = factor.read()[0];
          float scale = count == 0 ? 0 : 1 / count;
          for (int i = 0; i < values.length; i++) {
            values[i] *= scale;
          }
          return values;
        });
  }

  private String scale(CaffeLayer layer, String name) {
    ProtobufMessage parameters = layer.parameters();
    boolean biased = parameters.flag(4, false);
    long axis = parameters.integer(1, 1);
    if (layer.bottoms().size() == 2) {
      String product =
          graph.add(
              new Multiply(
                  biased ? graph.name(name + ".product") : name, read(layer, 0), read(layer, 1)));
      return biased ? graph.affine(name, product, null, vector(layer, 0)) : product;
    }
    if (axis != 1 || parameters.integer(2, 1) != 1) {
      throw new IllegalArgumentException("scales along axis %d; only 1 is read".formatted(axis));
    }
    String value = read(layer, 0);
    Weight factor = vector(layer, 0);
    if (factor.size(0) != graph.shape(value).channels()) {
      throw new IllegalArgumentException("has %s for %s".formatted(factor, graph.shape(value)));
    }
    return graph.affine(name, value, factor, bias(layer, biased, factor.size(0)));
  }

  private String relu(CaffeLayer layer, String name) {
    float slope = layer.parameters().real(1, 0);
    if (slope != 0) {
      throw new IllegalArgumentException("has a negative slope, " + slope);
    }
    return graph.add(new Relu(name, read(layer, 0)));
  }

  private String pool(CaffeLayer layer, String name) {
    ProtobufMessage parameters = layer.parameters();
    long method = parameters.integer(1, MAX);
    String value = read(layer, 0);
    if (method != MAX && method != AVERAGE) {
      throw new IllegalArgumentException("pools by method %d".formatted(method));
    }
    if (parameters.flag(12, false)) {
      if (method == MAX) {
        throw new IllegalArgumentException("takes the largest value of a whole map");
      }
      return graph.add(new GlobalAveragePool(name, value));
    }
    Window window = CaffeWindow.ofPooling(parameters);
    boolean roundUp = parameters.integer(13, 0) != ROUND_DOWN;
    if (roundUp && window.stride() > Math.min(window.height(), window.width())) {
      throw new IllegalArgumentException("has a stride above its window");
    }
    if (method == MAX) {
      return graph.add(new MaxPool(name, value, window, roundUp));
    }
    Shape map = graph.shape(value);
    boolean whole =
        net.side() != null
            && window.equals(new Window(map.height(), map.width(), window.stride(), 0, 0, 0, 0));
    return graph.add(
        whole
            ? new GlobalAveragePool(name, value)
            : new AveragePool(name, value, window, roundUp, true));
  }

  private String combine(CaffeLayer layer, String name) {
    ProtobufMessage parameters = layer.parameters();
    long operation = parameters.integer(1, SUM);
    List<Float> factors = parameters.reals(2);
    int count = layer.bottoms().size();
    if (count < 2
        || (operation != SUM && operation != PRODUCT)
        || (!factors.isEmpty() && factors.size() != count)) {
      throw new IllegalArgumentException(
          "combines %d blobs by operation %d with %d coefficients"
              .formatted(count, operation, factors.size()));
    }
    String value = "";
    for (int i = 0; i < count; i++) {
      String next = read(layer, i);
      if (operation == SUM && !factors.isEmpty() && factors.get(i) != 1) {
        next = graph.add(new Scale(graph.name(name + ".scaled"), next, factors.get(i)));
      }
      String made = i == count - 1 ? name : graph.name(name + ".sum");
      if (i == 0) {
        value = next;
      } else {
        value =
            graph.add(
                operation == SUM ? new Add(made, value, next) : new Multiply(made, value, next));
      }
    }
    return value;
  }

  private String concat(CaffeLayer layer, String name) {
    ProtobufMessage parameters = layer.parameters();
    long axis = parameters.integer(2, parameters.integer(1, 1));
    if (axis != 1) {
      throw new IllegalArgumentException("joins along axis %d; only 1 is read".formatted(axis));
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < layer.bottoms().size(); i++) {
      values.add(read(layer, i));
    }
    return graph.concat(name, values);
  }

  private String matrix(CaffeLayer layer, String name) {
    ProtobufMessage parameters = layer.parameters();
    Weight matrix = blob(layer, 0).weight(reader, weightName(layer, 0), 2);
    if (parameters.flag(6, false)) {
      matrix = matrix.transposed();
    }
    if (parameters.integer(5, 1) != 1 || parameters.integer(1, matrix.size(0)) != matrix.size(0)) {
      throw new IllegalArgumentException("has a matrix or axis that is not its own: " + matrix);
    }
    String value = graph.vector(graph.name(name + ".pool"), read(layer, 0));
    Weight bias = bias(layer, parameters.flag(2, true), matrix.size(0));
    return graph.add(new Linear(name, value, matrix, bias));
  }

  private String power(CaffeLayer layer, String name) {
    ProtobufMessage parameters = layer.parameters();
    if (parameters.real(1, 1) != 1 || parameters.real(3, 0) != 0) {
      throw new IllegalArgumentException("is more than a factor");
    }
    return graph.add(new Scale(name, read(layer, 0), parameters.real(2, 1)));
  }

  private String reshape(CaffeLayer layer, String name) {
    ProtobufMessage parameters = layer.parameters();
    List<Long> sizes = parameters.message(1, "a shape").integers(1);
    if (sizes.isEmpty() || sizes.get(0) != 0 || parameters.integer(2, 0) != 0) {
      throw new IllegalArgumentException("reshapes to %s".formatted(sizes));
    }
    return graph.vector(name, read(layer, 0));
  }
}
