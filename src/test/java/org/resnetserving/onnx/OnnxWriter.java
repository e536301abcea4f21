package org.resnetserving.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.resnetserving.network.Add;
import org.resnetserving.network.BatchNorm;
import org.resnetserving.network.Convolution;
import org.resnetserving.network.GlobalAveragePool;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Linear;
import org.resnetserving.network.MaxPool;
import org.resnetserving.network.Normalize;
import org.resnetserving.network.Relu;
import org.resnetserving.network.Weight;
import org.resnetserving.network.Window;
import org.resnetserving.weights.ProtobufWriter;

/** Writes networks as ONNX, of opset 17 unless it is said. */
public final class OnnxWriter {
  /** Parts of the graph's message; made twice, so that large ones are not held. */
  private final List<Supplier<ProtobufWriter>> parts = new ArrayList<>();

  private long opset = 17;

  OnnxWriter opset(long opset) {
    this.opset = opset;
    return this;
  }

  public OnnxWriter input(String name, long... sizes) {
    return value(11, name, sizes);
  }

  public OnnxWriter output(String name) {
    return value(12, name);
  }

  private OnnxWriter value(int field, String name, long... sizes) {
    ProtobufWriter shape = new ProtobufWriter();
    for (long size : sizes) {
      shape.message(
          1,
          size < 0 ? new ProtobufWriter().text(2, "any") : new ProtobufWriter().integer(1, size));
    }
    ProtobufWriter tensor = new ProtobufWriter().integer(1, 1).message(2, shape);
    ProtobufWriter value =
        new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
    parts.add(() -> new ProtobufWriter().message(field, value));
    return this;
  }

  public OnnxWriter node(
      String type, List<String> inputs, String output, ProtobufWriter... attributes) {
    ProtobufWriter node = new ProtobufWriter();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, "/" + output).text(4, type);
    for (ProtobufWriter attribute : attributes) {
      node.message(5, attribute);
    }
    parts.add(() -> new ProtobufWriter().message(1, node));
    return this;
  }

  static ProtobufWriter integers(String name, long... numbers) {
    ProtobufWriter attribute = new ProtobufWriter().text(1, name);
    for (long number : numbers) {
      attribute.integer(8, number);
    }
    return attribute.integer(20, 7);
  }

  static ProtobufWriter integer(String name, long number) {
    return new ProtobufWriter().text(1, name).integer(3, number).integer(20, 2);
  }

  OnnxWriter sizes(String name, long... numbers) {
    ProtobufWriter tensor =
        new ProtobufWriter()
            .integers(1, numbers.length)
            .integer(2, 7)
            .integers(7, numbers)
            .text(8, name);
    parts.add(() -> new ProtobufWriter().message(5, tensor));
    return this;
  }

  public OnnxWriter floats(String name, float[] values, long... sizes) {
    return tensor(
        () ->
            new ProtobufWriter().integers(1, sizes).integer(2, 1).floats(4, values).text(8, name));
  }

  OnnxWriter tensor(Supplier<ProtobufWriter> tensor) {
    parts.add(() -> new ProtobufWriter().message(5, tensor.get()));
    return this;
  }

  private OnnxWriter weight(String name, Weight weight) {
    long[] sizes = new long[weight.shape().length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = weight.size(i);
    }
    return tensor(
        () ->
            new ProtobufWriter()
                .integers(1, sizes)
                .integer(2, 1)
                .text(8, name)
                .bytes(9, ProtobufWriter.littleEndian(weight.read())));
  }

  public byte[] file() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  void write(OutputStream out) throws IOException {
    int length = 0;
    for (Supplier<ProtobufWriter> part : parts) {
      length += part.get().toBytes().length;
    }
    out.write(
        new ProtobufWriter()
            .integer(1, 8)
            .text(2, "test")
            .message(8, new ProtobufWriter().text(1, "").integer(2, opset))
            .begin(7, length)
            .toBytes());
    for (Supplier<ProtobufWriter> part : parts) {
      out.write(part.get().toBytes());
    }
  }

  /** The layers of a graph. */
  OnnxWriter graph(Graph graph, long side) {
    input("input", 1, 3, side, side);
    graph.layers().forEach(this::add);
    return output(String.valueOf(graph.logits()));
  }

  private void add(Layer layer) {
    String name = layer.name();
    String in = layer.inputs().get(0);
    if (layer instanceof Convolution c) {
      Window w = c.window();
      weight(name + ".w", c.weight());
      node(
          "Conv",
          List.of(in, name + ".w"),
          name,
          integers("strides", w.stride(), w.stride()),
          integers("pads", w.top(), w.left(), w.bottom(), w.right()));
    } else if (layer instanceof BatchNorm b) {
      weight(name + ".g", b.gamma()).weight(name + ".b", b.beta());
      weight(name + ".m", b.mean()).weight(name + ".v", b.variance());
      node(
          "BatchNormalization",
          List.of(in, name + ".g", name + ".b", name + ".m", name + ".v"),
          name);
    } else if (layer instanceof Relu) {
      node("Relu", List.of(in), name);
    } else if (layer instanceof Add) {
      node("Add", layer.inputs(), name);
    } else if (layer instanceof MaxPool p) {
      Window w = p.window();
      node(
          "MaxPool",
          List.of(in),
          name,
          integers("kernel_shape", w.height(), w.width()),
          integers("strides", w.stride(), w.stride()),
          integers("pads", w.top(), w.left(), w.bottom(), w.right()));
    } else if (layer instanceof GlobalAveragePool) {
      node("GlobalAveragePool", List.of(in), name + ".planes");
      node("Flatten", List.of(name + ".planes"), name);
    } else if (layer instanceof Linear l && l.bias() != null) {
      weight(name + ".w", l.weight()).weight(name + ".b", l.bias());
      node("Gemm", List.of(in, name + ".w", name + ".b"), name, integer("transB", 1));
    } else if (!(layer instanceof Normalize)) {
      throw new IllegalArgumentException(layer.toString());
    }
  }
}
