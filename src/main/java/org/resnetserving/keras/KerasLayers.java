package org.resnetserving.keras;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.resnetserving.network.Add;
import org.resnetserving.network.AveragePool;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.Concat;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.Identity;
import org.resnetserving.network.Linear;
import org.resnetserving.network.MaxPool;
import org.resnetserving.network.Multiply;
import org.resnetserving.network.Pad;
import org.resnetserving.network.Relu;
import org.resnetserving.network.Shape;
import org.resnetserving.network.Sigmoid;
import org.resnetserving.network.Subsample;
import org.resnetserving.network.Weight;
import org.resnetserving.network.Window;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.Tensor;
import org.resnetserving.weights.TensorReader;
import tools.jackson.databind.JsonNode;

/** The classes of Keras's layers that a ResNet is made of, each as the layers that it is. */
final class KerasLayers {
  private static final double EPSILON = 1e-3;

  private final KerasGraph graph;
  private final GraphBuilder builder;
  private final KerasWeights weights;

  KerasLayers(KerasGraph graph, GraphBuilder builder, KerasWeights weights) {
    this.graph = graph;
    this.builder = builder;
    this.weights = weights;
  }

  /** The value that a layer makes of what it reads. */
  KerasValue value(KerasLayer layer, List<KerasValue> inputs) {
    String from = inputs.get(0).layer();
    requireDataFormat(layer);
    return switch (layer.type()) {
      case "Conv2D", "DepthwiseConv2D" -> activated(layer, convolution(layer, one(layer, inputs)));
      case "Dense" -> activated(layer, dense(layer, one(layer, inputs)));
      case "BatchNormalization", "BatchNormalizationV1" ->
          made(batchNorm(layer, one(layer, inputs)));
      case "Activation" -> activated(layer, one(layer, inputs));
      case "ReLU" -> made(relu(layer, one(layer, inputs)));
      case "Softmax" -> softmax(layer, one(layer, inputs));
      case "Add" -> made(sum(layer, inputs));
      case "Multiply" -> made(product(layer, inputs));
      case "Concatenate" -> made(concat(layer, inputs));
      case "ZeroPadding2D" -> made(pad(layer, one(layer, inputs)));
      case "MaxPooling2D" -> made(maxPool(layer, one(layer, inputs)));
      case "AveragePooling2D" -> made(averagePool(layer, one(layer, inputs)));
      case "GlobalAveragePooling2D" ->
          made(builder.add(new GlobalAveragePool(layer.name(), one(layer, inputs))));
      case "Flatten", "Reshape" -> made(flatten(layer, one(layer, inputs)));
      case "Rescaling" -> made(rescaling(layer, one(layer, inputs)));
      case "Dropout",
          "SpatialDropout2D",
          "GaussianDropout",
          "GaussianNoise",
          "AlphaDropout",
          "ActivityRegularization" ->
          made(builder.add(new Identity(layer.name(), from)));
      default ->
          throw layer.refuse(
              "is a layer that this service has no word for: it reads what ResNets are made of");
    };
  }

  private static KerasValue made(String layer) {
    return new KerasValue(layer, false);
  }

  private static String one(KerasLayer layer, List<KerasValue> inputs) {
    if (inputs.size() != 1) {
      throw layer.refuse("reads %d values, not one".formatted(inputs.size()));
    }
    return inputs.get(0).layer();
  }

  private void requireDataFormat(KerasLayer layer) {
    String format = layer.text("data_format", "");
    if (!format.isEmpty()
        && !format.equals(graph.isChannelsFirst() ? "channels_first" : "channels_last")) {
      throw layer.refuse(
          "is %s, other than layers before it".formatted(FileBytes.printable(format)));
    }
  }

  /** That an axis is the one of channels. */
  private void requireChannels(KerasLayer layer, JsonNode axis, String value) {
    int given = axis.isArray() && axis.size() == 1 ? axis.path(0).asInt(0) : axis.asInt(-1);
    boolean planes = !builder.shape(value).isOnePerChannel();
    int wanted = graph.isChannelsFirst() || !planes ? 1 : 3;
    boolean isLast = given == -1 && (!graph.isChannelsFirst() || !planes);
    boolean isOnePlace = !planes && given == 3 && !graph.isChannelsFirst();
    if (given != wanted && !isLast && !isOnePlace) {
      throw layer.refuse("works along axis %d, which is not that of channels".formatted(given));
    }
  }

  private String convolution(KerasLayer layer, String from) {
    boolean isDepthwise = layer.type().equals("DepthwiseConv2D");
    boolean hasBias = layer.flag("use_bias", true);
    List<String> roles = hasBias ? List.of("kernel", "bias") : List.of("kernel");
    Hdf5Tensor kernel = tensor(layer, roles, 0, 4);
    int[] size = layer.pair("kernel_size", 0, 0);
    if (kernel.sizes().get(0) != size[0] || kernel.sizes().get(1) != size[1]) {
      throw layer.refuse(
          "has a kernel of %s for a window of %s".formatted(kernel.sizes(), Arrays.toString(size)));
    }
    Window window =
        KerasWindows.of(
            layer,
            size,
            layer.same("strides", 1, 1),
            layer.same("dilation_rate", 1, 1),
            builder.shape(from),
            graph.isSized());
    int groups = isDepthwise ? builder.shape(from).channels() : layer.integer("groups", 1);
    Weight weight = isDepthwise ? depthwise(kernel) : weight(kernel, 3, 2, 0, 1);
    Weight bias = hasBias ? vector(layer, roles, 1) : null;
    return builder.add(new Convolution(layer.name(), from, weight, bias, window, groups));
  }

  /** (row, column, input, multiple) to (input · multiple, 1, row, column). */
  private Weight depthwise(Hdf5Tensor kernel) {
    List<Long> sizes = kernel.sizes();
    long outputs = Math.multiplyExact(sizes.get(2), sizes.get(3));
    long[] shape = {outputs, 1, sizes.get(0), sizes.get(1)};
    long[] strides = {1, 1, Math.multiplyExact(sizes.get(1), outputs), outputs};
    return weight(kernel, shape, strides);
  }

  private String dense(KerasLayer layer, String from) {
    if (!builder.shape(from).isOnePerChannel()) {
      throw layer.refuse("reads %s, not one number per channel".formatted(builder.shape(from)));
    }
    boolean hasBias = layer.flag("use_bias", true);
    List<String> roles = hasBias ? List.of("kernel", "bias") : List.of("kernel");
    Weight matrix = weight(tensor(layer, roles, 0, 2), 1, 0);
    Weight bias = hasBias ? vector(layer, roles, 1) : null;
    return builder.add(new Linear(layer.name(), from, matrix, bias));
  }

  private String batchNorm(KerasLayer layer, String from) {
    requireChannels(layer, layer.config().path("axis"), from);
    boolean hasGamma = layer.flag("scale", true);
    boolean hasBeta = layer.flag("center", true);
    List<String> roles = new ArrayList<>(List.of("moving_mean", "moving_variance"));
    if (hasBeta) {
      roles.add(0, "beta");
    }
    if (hasGamma) {
      roles.add(0, "gamma");
    }
    int channels = builder.shape(from).channels();
    return builder.add(
        new BatchNorm(
            layer.name(),
            from,
            hasGamma ? vector(layer, roles, 0) : constant(layer, channels, 1),
            hasBeta ? vector(layer, roles, roles.indexOf("beta")) : constant(layer, channels, 0),
            vector(layer, roles, roles.size() - 2),
            vector(layer, roles, roles.size() - 1),
            layer.number("epsilon", EPSILON)));
  }

  /** {@code x · scale + offset}, as a batch norm without statistics. */
  private String rescaling(KerasLayer layer, String from) {
    if (!layer.config().path("scale").isNumber()
        || (layer.config().has("offset") && !layer.config().path("offset").isNumber())) {
      throw layer.refuse("scales channels each by its own, which is not read");
    }
    int channels = builder.shape(from).channels();
    return builder.add(
        new BatchNorm(
            layer.name(),
            from,
            constant(layer, channels, (float) layer.number("scale", 1)),
            constant(layer, channels, (float) layer.number("offset", 0)),
            constant(layer, channels, 0),
            constant(layer, channels, 1),
            0));
  }

  private KerasValue activated(KerasLayer layer, String value) {
    return switch (layer.activation()) {
      case "linear" -> made(value);
      case "relu" -> made(builder.add(new Relu(after(layer, value, " relu"), value)));
      case "sigmoid" -> made(builder.add(new Sigmoid(after(layer, value, " sigmoid"), value)));
      case "softmax" -> probabilities(layer, value);
      default ->
          throw layer.refuse(
              "has the activation %s, which is not read"
                  .formatted(FileBytes.printable(layer.activation())));
    };
  }

  /** The layer's name, or another where what is before the activation has that. */
  private static String after(KerasLayer layer, String value, String suffix) {
    return value.equals(layer.name()) ? value + suffix : layer.name();
  }

  private KerasValue softmax(KerasLayer layer, String value) {
    requireChannels(layer, layer.config().path("axis"), value);
    return probabilities(layer, value);
  }

  private KerasValue probabilities(KerasLayer layer, String value) {
    if (!builder.shape(value).isOnePerChannel()) {
      throw layer.refuse("is a softmax over planes");
    }
    return new KerasValue(value, true);
  }

  private String relu(KerasLayer layer, String from) {
    boolean isPlain =
        layer.number("negative_slope", 0) == 0
            && layer.number("threshold", 0) == 0
            && (!layer.config().has("max_value") || layer.config().path("max_value").isNull());
    if (!isPlain) {
      throw layer.refuse("has a slope, a threshold or a greatest value, which is not read");
    }
    return builder.add(new Relu(layer.name(), from));
  }

  private String sum(KerasLayer layer, List<KerasValue> inputs) {
    String sum = inputs.get(0).layer();
    for (int i = 1; i < inputs.size(); i++) {
      String name = i == inputs.size() - 1 ? layer.name() : layer.name() + " " + i;
      sum = builder.add(new Add(name, sum, inputs.get(i).layer()));
    }
    return sum;
  }

  private String product(KerasLayer layer, List<KerasValue> inputs) {
    if (inputs.size() != 2) {
      throw layer.refuse("multiplies %d values, not two".formatted(inputs.size()));
    }
    return builder.add(new Multiply(layer.name(), inputs.get(0).layer(), inputs.get(1).layer()));
  }

  private String concat(KerasLayer layer, List<KerasValue> inputs) {
    requireChannels(layer, layer.config().path("axis"), inputs.get(0).layer());
    return builder.add(new Concat(layer.name(), inputs.stream().map(KerasValue::layer).toList()));
  }

  private String pad(KerasLayer layer, String from) {
    JsonNode padding = layer.config().path("padding");
    int[] sides = new int[4];
    for (int i = 0; i < 4; i++) {
      JsonNode axis = padding.isArray() ? padding.path(i / 2) : padding;
      JsonNode side = axis.isArray() ? axis.path(i % 2) : axis;
      if (!side.isInt() || side.intValue() < 0) {
        throw layer.refuse("has no whole numbers for padding");
      }
      sides[i] = side.intValue();
    }
    return builder.add(new Pad(layer.name(), from, sides[0], sides[2], sides[1], sides[3]));
  }

  private String maxPool(KerasLayer layer, String from) {
    Window window = pooling(layer, from);
    return builder.add(
        window.equals(Window.square(1, window.stride(), 0))
            ? new Subsample(layer.name(), from, window.stride())
            : new MaxPool(layer.name(), from, window, false));
  }

  private String averagePool(KerasLayer layer, String from) {
    Window window = pooling(layer, from);
    Shape in = builder.shape(from);
    if (graph.isSized()
        && window.height() == in.height()
        && window.width() == in.width()
        && window.equals(new Window(in.height(), in.width(), window.stride(), 0, 0, 0, 0))) {
      return builder.add(new GlobalAveragePool(layer.name(), from));
    }
    if (window.isSymmetric()) {
      return builder.add(new AveragePool(layer.name(), from, window, false, false));
    }
    boolean isBehind = window.top() == 0 && window.left() == 0;
    boolean isSquare = window.bottom() == window.right();
    if (!isBehind || !isSquare || window.bottom() >= window.stride()) {
      throw layer.refuse("pads opposite sides differently, which is not read");
    }
    Window unpadded = new Window(window.height(), window.width(), window.stride(), 0, 0, 0, 0);
    return builder.add(new AveragePool(layer.name(), from, unpadded, true, false));
  }

  private Window pooling(KerasLayer layer, String from) {
    int[] size = layer.pair("pool_size", 2, 2);
    int stride = layer.same("strides", size);
    return KerasWindows.of(layer, size, stride, 1, builder.shape(from), graph.isSized());
  }

  private String flatten(KerasLayer layer, String from) {
    if (builder.maker(from) instanceof AveragePool) {
      return builder.vector(layer.name(), from);
    }
    Shape in = builder.shape(from);
    if (!in.isOnePerChannel()) {
      throw layer.refuse("of %s: only one number per channel is read".formatted(in));
    }
    if (layer.type().equals("Reshape")) {
      boolean ones = true;
      for (JsonNode size : layer.config().path("target_shape")) {
        int number = size.asInt(0);
        ones &= number == 1 || number == -1 || number == in.channels();
      }
      if (!ones) {
        throw layer.refuse("takes channels apart, which is not read");
      }
    }
    return builder.add(new Identity(layer.name(), from));
  }

  private Hdf5Tensor tensor(KerasLayer layer, List<String> roles, int index, int rank) {
    Hdf5Tensor tensor = weights.tensor(layer.place(), roles, index);
    if (tensor.sizes().size() != rank) {
      throw layer.refuse("has a %s of %s".formatted(roles.get(index), tensor.sizes()));
    }
    return tensor;
  }

  private Weight vector(KerasLayer layer, List<String> roles, int index) {
    return weight(tensor(layer, roles, index, 1), 0);
  }

  /** A tensor whose dimensions are put in another order. */
  private Weight weight(Hdf5Tensor tensor, int... order) {
    List<Long> from = tensor.sizes();
    long[] steps = new long[from.size()];
    long step = 1;
    for (int d = steps.length - 1; d >= 0; d--) {
      steps[d] = step;
      step *= from.get(d);
    }
    long[] sizes = Arrays.stream(order).mapToLong(from::get).toArray();
    long[] strides = Arrays.stream(order).mapToLong(d -> steps[d]).toArray();
    return weight(tensor, sizes, strides);
  }

  private Weight weight(Hdf5Tensor tensor, long[] sizes, long[] strides) {
    FileBytes in = tensor.file();
    Tensor view =
        Tensor.view(
            in,
            tensor.name(),
            tensor.dtype(),
            sizes,
            strides,
            tensor.position(),
            tensor.bytes() / tensor.dtype().bytes(),
            0);
    TensorReader reader = new TensorReader(in);
    return new Weight(tensor.name(), view.shape(), () -> reader.read(view));
  }

  private static Weight constant(KerasLayer layer, int count, float number) {
    return new Weight(
        layer.name() + " = " + number,
        new int[] {count},
        () -> {
          float[] values = new float[count];
          Arrays.fill(values, number);
          return values;
        });
  }
}
