package org.resnetserving.torch7;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Linear;
import org.resnetserving.network.MaxPool;
import org.resnetserving.network.Relu;
import org.resnetserving.network.Weight;
import org.resnetserving.network.Window;

/** Writes objects as Torch7's {@code File:writeObject} does. */
final class TorchWriter {
  /** Something that writes itself, type first. */
  @FunctionalInterface
  interface Value {
    void write(TorchWriter out);
  }

  private final OutputStream out;
  private int objects;

  TorchWriter(OutputStream out) {
    this.out = out;
  }

  static byte[] file(Value value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    value.write(new TorchWriter(bytes));
    return bytes.toByteArray();
  }

  private TorchWriter raw(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  TorchWriter i32(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(numbers);
    return raw(bytes.array());
  }

  TorchWriter i64(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(numbers);
    return raw(bytes.array());
  }

  TorchWriter letters(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return i32(bytes.length).raw(bytes);
  }

  /** The number of a new object. */
  int next() {
    return ++objects;
  }

  static Value number(double number) {
    return w -> w.i32(1).i64(Double.doubleToLongBits(number));
  }

  static Value text(String text) {
    return w -> w.i32(2).letters(text);
  }

  static Value flag(boolean flag) {
    return w -> w.i32(5, flag ? 1 : 0);
  }

  /** Keys and values in turn; keys are numbers or texts. */
  static Value table(Object... entries) {
    return w -> {
      w.i32(3, w.next(), entries.length / 2);
      for (Object entry : entries) {
        value(entry).write(w);
      }
    };
  }

  private static Value value(Object entry) {
    if (entry instanceof Value value) {
      return value;
    } else if (entry instanceof String text) {
      return text(text);
    } else if (entry instanceof Boolean flag) {
      return flag(flag);
    }
    return number(((Number) entry).doubleValue());
  }

  static Value list(List<Value> values) {
    List<Object> entries = new ArrayList<>();
    for (Value value : values) {
      entries.add(entries.size() / 2 + 1);
      entries.add(value);
    }
    return table(entries.toArray());
  }

  static Value object(String type, Object... fields) {
    return object(1, type, fields);
  }

  static Value object(int version, String type, Object... fields) {
    return w -> {
      w.i32(4, w.next()).letters("V " + version).letters(type);
      table(fields).write(w);
    };
  }

  static Value module(String type, Value... modules) {
    return object(type, "modules", list(List.of(modules)));
  }

  static Value tensor(float[] values, int... shape) {
    return tensor("Float", values, shape);
  }

  static Value tensor(String type, float[] values, int... shape) {
    return w -> {
      w.i32(4, w.next()).letters("V 1").letters("torch." + type + "Tensor").i32(shape.length);
      long[] strides = new long[shape.length];
      long stride = 1;
      for (int i = shape.length - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= shape[i];
      }
      for (int size : shape) {
        w.i64(size);
      }
      w.i64(strides).i64(1);
      w.i32(4, w.next()).letters("V 1").letters("torch." + type + "Storage").i64(values.length);
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      w.raw(bytes.array());
    };
  }

  private static Value tensor(Weight weight) {
    return w -> tensor(weight.read(), weight.shape()).write(w);
  }

  static Value sizes(long... sizes) {
    return w ->
        w.i32(4, w.next()).letters("V 1").letters("torch.LongStorage").i64(sizes.length).i64(sizes);
  }

  /** A graph in torchvision's layout as fb.resnet.torch would build it. */
  static Value model(Graph graph) {
    List<Value> modules = new ArrayList<>();
    List<Layer> layers = graph.layers();
    for (int i = 1; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (!layer.name().startsWith("layer")) {
        modules.addAll(plain(layer));
        continue;
      }
      String block = layer.name().substring(0, layer.name().indexOf('.', 7));
      List<Value> main = new ArrayList<>();
      List<Value> shortcut = new ArrayList<>();
      for (; !layers.get(i).name().equals(block + ".add"); i++) {
        boolean around = layers.get(i).name().contains("downsample");
        (around ? shortcut : main).addAll(plain(layers.get(i)));
      }
      i++; // the relu after the addition
      Value branches =
          module(
              "nn.ConcatTable",
              sequence(main),
              shortcut.isEmpty() ? object("nn.Identity") : sequence(shortcut));
      modules.add(
          module(
              "nn.Sequential",
              branches,
              object("nn.CAddTable", "inplace", true),
              object("nn.ReLU", "inplace", true)));
    }
    return sequence(modules);
  }

  private static Value sequence(List<Value> modules) {
    return object("nn.Sequential", "modules", list(modules));
  }

  private static List<Value> plain(Layer layer) {
    if (layer instanceof Convolution c) {
      Window w = c.window();
      return List.of(
          object(
              "cudnn.SpatialConvolution",
              "nInputPlane",
              c.weight().size(1),
              "nOutputPlane",
              c.weight().size(0),
              "kW",
              w.width(),
              "kH",
              w.height(),
              "dW",
              w.stride(),
              "dH",
              w.stride(),
              "padW",
              w.left(),
              "padH",
              w.top(),
              "groups",
              1,
              "weight",
              tensor(c.weight())));
    } else if (layer instanceof BatchNorm b) {
      return List.of(
          object(
              2,
              "nn.SpatialBatchNormalization",
              "eps",
              b.epsilon(),
              "weight",
              tensor(b.gamma()),
              "bias",
              tensor(b.beta()),
              "running_mean",
              tensor(b.mean()),
              "running_var",
              tensor(b.variance())));
    } else if (layer instanceof Relu) {
      return List.of(object("cudnn.ReLU", "inplace", true, "threshold", 0, "val", 0));
    } else if (layer instanceof MaxPool p) {
      Window w = p.window();
      return List.of(
          object(
              "nn.SpatialMaxPooling",
              "kW",
              w.width(),
              "kH",
              w.height(),
              "dW",
              w.stride(),
              "dH",
              w.stride(),
              "padW",
              w.left(),
              "padH",
              w.top(),
              "ceil_mode",
              false));
    } else if (layer instanceof GlobalAveragePool) {
      return List.of(
          object("nn.SpatialAveragePooling", "kW", 7, "kH", 7, "dW", 1, "dH", 1),
          object("nn.View", "size", sizes(-1), "numInputDims", 3));
    } else if (layer instanceof Linear l && l.bias() != null) {
      return List.of(object("nn.Linear", "weight", tensor(l.weight()), "bias", tensor(l.bias())));
    }
    throw new IllegalArgumentException(layer.toString());
  }
}
