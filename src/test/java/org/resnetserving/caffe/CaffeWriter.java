package org.resnetserving.caffe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
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

/** Writes networks as Caffe's {@code NetParameter}. */
final class CaffeWriter {
  private final OutputStream out;

  CaffeWriter(OutputStream out) {
    this.out = out;
    write(new ProtobufWriter().text(1, "test"));
  }

  /** A file in memory of an input and these layers. */
  static byte[] file(int side, ProtobufWriter... layers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CaffeWriter writer = new CaffeWriter(bytes).input(side);
    for (ProtobufWriter layer : layers) {
      writer.layer(layer);
    }
    return bytes.toByteArray();
  }

  CaffeWriter input(int side) {
    return write(new ProtobufWriter().text(3, "data").integers(4, 1, 3, side, side));
  }

  CaffeWriter layer(ProtobufWriter layer) {
    return write(new ProtobufWriter().message(100, layer));
  }

  private CaffeWriter write(ProtobufWriter part) {
    try {
      out.write(part.toBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  static ProtobufWriter layer(String name, String type, List<String> bottoms, String... tops) {
    ProtobufWriter layer = new ProtobufWriter().text(1, name).text(2, type);
    bottoms.forEach(bottom -> layer.text(3, bottom));
    for (String top : tops) {
      layer.text(4, top);
    }
    return layer;
  }

  static ProtobufWriter blob(float[] values, int... shape) {
    long[] sizes = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      sizes[i] = shape[i];
    }
    return new ProtobufWriter()
        .message(7, new ProtobufWriter().integers(1, sizes))
        .floats(5, values);
  }

  private static ProtobufWriter blob(Weight weight) {
    return blob(weight.read(), weight.shape());
  }

  /** The layers of a graph; batch norms as two. */
  CaffeWriter graph(Graph graph, int side) {
    input(side);
    graph.layers().forEach(layer -> add(layer));
    return this;
  }

  private void add(Layer layer) {
    String name = layer.name();
    List<String> in = layer.inputs().stream().map(i -> i.equals("input") ? "data" : i).toList();
    if (layer instanceof Convolution c) {
      Window w = c.window();
      layer(
          layer(name, "Convolution", in, name)
              .message(7, blob(c.weight()))
              .message(
                  106,
                  new ProtobufWriter()
                      .integer(1, c.weight().size(0))
                      .integer(2, 0)
                      .integer(3, w.top())
                      .integer(4, w.height())
                      .integer(6, w.stride())));
    } else if (layer instanceof BatchNorm b) {
      layer(
          layer(name + ".bn", "BatchNorm", in, name)
              .message(7, blob(b.mean()))
              .message(7, blob(b.variance()))
              .message(7, blob(new float[] {1}, 1)));
      layer(
          layer(name, "Scale", List.of(name), name)
              .message(7, blob(b.gamma()))
              .message(7, blob(b.beta()))
              .message(142, new ProtobufWriter().integer(4, 1)));
    } else if (layer instanceof Relu) {
      layer(layer(name, "ReLU", in, name));
    } else if (layer instanceof Add) {
      layer(layer(name, "Eltwise", in, name));
    } else if (layer instanceof MaxPool p) {
      Window w = p.window();
      layer(
          layer(name, "Pooling", in, name)
              .message(
                  121,
                  new ProtobufWriter()
                      .integer(2, w.height())
                      .integer(3, w.stride())
                      .integer(4, w.top())
                      .integer(13, 1)));
    } else if (layer instanceof GlobalAveragePool) {
      layer(
          layer(name, "Pooling", in, name)
              .message(121, new ProtobufWriter().integer(1, 1).integer(12, 1)));
    } else if (layer instanceof Linear l && l.bias() != null) {
      layer(
          layer(name, "InnerProduct", in, name)
              .message(7, blob(l.weight()))
              .message(7, blob(l.bias()))
              .message(117, new ProtobufWriter().integer(1, l.weight().size(0))));
    } else if (!(layer instanceof Normalize)) {
      throw new IllegalArgumentException(layer.toString());
    }
  }
}
