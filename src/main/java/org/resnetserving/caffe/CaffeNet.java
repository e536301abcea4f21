package org.resnetserving.caffe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.ProtobufMessage;

/**
 * A network as the file has it: Caffe's {@code NetParameter}, without the layers that are for
 * training alone.
 *
 * @param name that the file gives it
 * @param layers in the order in which they run
 * @param inputs blobs that are given from outside
 * @param side rows and columns of the input, where the file says so
 */
record CaffeNet(
    FileBytes file,
    String name,
    List<CaffeLayer> layers,
    Set<String> inputs,
    @Nullable Integer side) {
  static final int NAME = 1;
  static final int LAYERS_V1 = 2;
  static final int INPUT = 3;
  static final int INPUT_DIM = 4;
  static final int INPUT_SHAPE = 8;
  static final int LAYER = 100;

  private static final Set<String> DATA =
      Set.of(
          "Data",
          "DummyData",
          "HDF5Data",
          "ImageData",
          "Input",
          "MemoryData",
          "WindowData",
          "AnnotatedData");
  private static final int TRANSFORMATION = 100;
  private static final int TRANSFORMATION_V1 = 36;
  private static final int CROP_SIZE = 3;
  private static final int INPUT_PARAMETER = 143;

  static CaffeNet read(FileBytes file) {
    ProtobufMessage net = ProtobufMessage.of(file, "a Caffe model");
    if (net.count(LAYER) + net.count(LAYERS_V1) > GraphBuilder.MAX_LAYERS) {
      throw file.refuse("has more than %d layers".formatted(GraphBuilder.MAX_LAYERS));
    }
    List<CaffeLayer> all = new ArrayList<>();
    for (ProtobufMessage layer : net.messages(LAYER, "a layer")) {
      all.add(CaffeLayer.of(layer));
    }
    for (ProtobufMessage layer : net.messages(LAYERS_V1, "a layer")) {
      all.add(CaffeLayer.ofV1(layer));
    }
    if (all.isEmpty()) {
      throw file.refuse("has no layers");
    }
    Set<String> inputs = new HashSet<>(net.texts(INPUT));
    Integer side = inputs.isEmpty() ? null : side(file, dimensions(net));
    List<CaffeLayer> layers = new ArrayList<>();
    for (CaffeLayer layer : tested(all)) {
      if (DATA.contains(layer.type())) {
        inputs.addAll(layer.tops());
        Integer given = side(file, layer);
        side = given == null ? side : given;
      } else {
        layers.add(layer);
      }
    }
    return new CaffeNet(file, net.text(NAME, ""), layers, inputs, side);
  }

  /**
   * The layers that run when the network is tested. A file that training saved has only those that
   * ran in training: one with weights is taken from there if it has no other of its name.
   */
  private static List<CaffeLayer> tested(List<CaffeLayer> all) {
    Set<String> names = new HashSet<>();
    all.stream().filter(CaffeLayer::isTested).forEach(layer -> names.add(layer.name()));
    return all.stream()
        .filter(
            layer ->
                layer.isTested() || (!layer.blobs().isEmpty() && !names.contains(layer.name())))
        .toList();
  }

  private static List<Long> dimensions(ProtobufMessage net) {
    List<Long> dimensions = net.integers(INPUT_DIM);
    return dimensions.isEmpty()
        ? net.messages(INPUT_SHAPE, "an input's shape").stream()
            .findFirst()
            .map(shape -> shape.integers(1))
            .orElse(List.of())
        : dimensions;
  }

  private static @Nullable Integer side(FileBytes file, CaffeLayer layer) {
    List<ProtobufMessage> shapes =
        layer.message().message(INPUT_PARAMETER, "an input's parameters").messages(1, "a shape");
    if (layer.type().equals("Input") && !shapes.isEmpty()) {
      return side(file, shapes.get(0).integers(1));
    }
    long crop =
        layer
            .message()
            .message(layer.isV1() ? TRANSFORMATION_V1 : TRANSFORMATION, "a transformation")
            .integer(CROP_SIZE, 0);
    return crop == 0 ? null : side(file, List.of(1L, 1L, crop, crop));
  }

  /** Of dimensions picture, channel, row, column. */
  private static @Nullable Integer side(FileBytes file, List<Long> dimensions) {
    if (dimensions.size() < 4) {
      return null;
    }
    long rows = dimensions.get(2);
    if (rows != dimensions.get(3) || rows < 1 || rows > Short.MAX_VALUE) {
      throw file.refuse(
          "reads pictures of %d×%d; only square ones are served"
              .formatted(rows, dimensions.get(3)));
    }
    return (int) rows;
  }
}
