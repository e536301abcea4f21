package org.resnetserving.torchexport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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

/** Writes a residual network as {@code torch.export.save} of PyTorch 2.9 and later lays it out. */
final class ExportWriter implements AutoCloseable {
  private final ZipOutputStream zip;
  private final List<String> nodes = new ArrayList<>();
  private final List<String> inputs = new ArrayList<>();
  private final List<String> index = new ArrayList<>();

  private ExportWriter(OutputStream out) {
    this.zip = new ZipOutputStream(out);
  }

  static void write(Graph graph, Path file) throws IOException {
    try (ExportWriter writer = new ExportWriter(Files.newOutputStream(file))) {
      for (Layer layer : graph.layers()) {
        writer.layer(layer);
      }
      writer.end(graph);
    }
  }

  /** An entry without compression. */
  static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private void layer(Layer layer) throws IOException {
    if (layer instanceof Normalize) {
      inputs.add("{\"user_input\":{\"arg\":%s}}".formatted(tensor(layer.name())));
    } else if (layer instanceof Convolution convolution) {
      int stride = convolution.window().stride();
      int padding = convolution.window().top();
      node(
          layer,
          "conv2d.default",
          argument("input", tensor(convolution.input())),
          argument("weight", weight(convolution.weight())),
          argument("bias", "{\"as_none\":true}"),
          argument("stride", "{\"as_ints\":[%d,%d]}".formatted(stride, stride)),
          argument("padding", "{\"as_ints\":[%d,%d]}".formatted(padding, padding)));
    } else if (layer instanceof BatchNorm norm) {
      node(
          layer,
          "batch_norm.default",
          argument("input", tensor(norm.input())),
          argument("weight", weight(norm.gamma())),
          argument("bias", weight(norm.beta())),
          argument("running_mean", weight(norm.mean())),
          argument("running_var", weight(norm.variance())),
          argument("training", "{\"as_bool\":false}"),
          argument("momentum", "{\"as_float\":0.1}"),
          argument("eps", "{\"as_float\":%s}".formatted(norm.epsilon())));
    } else if (layer instanceof Relu relu) {
      node(layer, "relu.default", argument("self", tensor(relu.input())));
    } else if (layer instanceof Add add) {
      node(
          layer,
          "add.Tensor",
          argument("self", tensor(add.left())),
          argument("other", tensor(add.right())));
    } else if (layer instanceof MaxPool pool) {
      node(
          layer,
          "max_pool2d.default",
          argument("self", tensor(pool.input())),
          argument("kernel_size", "{\"as_ints\":[3,3]}"),
          argument("stride", "{\"as_ints\":[2,2]}"),
          argument("padding", "{\"as_ints\":[1,1]}"));
    } else if (layer instanceof GlobalAveragePool pool) {
      node(
          layer,
          "mean.dim",
          argument("self", tensor(pool.input())),
          argument("dim", "{\"as_ints\":[2,3]}"));
    } else if (layer instanceof Linear linear) {
      Weight bias = linear.bias();
      node(
          layer,
          "linear.default",
          argument("input", tensor(linear.input())),
          argument("weight", weight(linear.weight())),
          argument("bias", bias == null ? "{\"as_none\":true}" : weight(bias)));
    } else {
      throw new IllegalArgumentException("no op for " + layer);
    }
  }

  private void node(Layer layer, String op, String... arguments) {
    nodes.add(
        "{\"target\":\"torch.ops.aten.%s\",\"inputs\":[%s],\"outputs\":[%s],\"metadata\":{}}"
            .formatted(op, String.join(",", arguments), tensor(layer.name())));
  }

  private static String argument(String name, String value) {
    return "{\"name\":\"%s\",\"arg\":%s,\"kind\":1}".formatted(name, value);
  }

  private static String tensor(String name) {
    return "{\"as_tensor\":{\"name\":\"%s\"}}".formatted(name);
  }

  /** Writes the numbers; returns the argument that reads them. */
  private String weight(Weight weight) throws IOException {
    float[] values = weight.read();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    String path = "weight_" + index.size();
    store(zip, "net/data/weights/" + path, bytes.array());
    int[] shape = weight.shape();
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape[d];
    }
    index.add(
        ("\"%s\":{\"path_name\":\"%s\",\"use_pickle\":false,\"tensor_meta\":{\"dtype\":7,"
                + "\"sizes\":%s,\"strides\":%s,\"storage_offset\":{\"as_int\":0}}}")
            .formatted(
                weight.name(),
                path,
                sizes(Arrays.stream(shape).asLongStream().toArray()),
                sizes(strides)));
    inputs.add(
        "{\"parameter\":{\"arg\":{\"name\":\"p_%s\"},\"parameter_name\":\"%s\"}}"
            .formatted(weight.name(), weight.name()));
    return tensor("p_" + weight.name());
  }

  private static String sizes(long[] sizes) {
    return Arrays.stream(sizes)
        .mapToObj("{\"as_int\":%d}"::formatted)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private void end(Graph graph) throws IOException {
    String picture = graph.layers().get(0).name();
    String program =
        ("{\"graph_module\":{\"graph\":{\"nodes\":[%s],\"tensor_values\":{\"%s\":{\"dtype\":7,"
                + "\"sizes\":%s}}},\"signature\":{\"input_specs\":[%s],\"output_specs\":["
                + "{\"user_output\":{\"arg\":%s}}]}}}")
            .formatted(
                String.join(",", nodes),
                picture,
                sizes(new long[] {1, 3, 224, 224}),
                String.join(",", inputs),
                tensor(String.valueOf(graph.logits())));
    store(zip, "net/models/model.json", program.getBytes(StandardCharsets.UTF_8));
    String config = "{\"config\":{%s}}".formatted(String.join(",", index));
    store(
        zip, "net/data/weights/model_weights_config.json", config.getBytes(StandardCharsets.UTF_8));
    store(zip, "net/archive_format", "pt2".getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
