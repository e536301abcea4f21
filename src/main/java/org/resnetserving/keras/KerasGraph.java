package org.resnetserving.keras;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Graph;
import org.resnetserving.network.GraphBuilder;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Sigmoid;
import org.resnetserving.weights.FileBytes;
import tools.jackson.databind.JsonNode;

/** Walks through a model's configuration, models inside it included, and makes the graph. */
final class KerasGraph {
  /** How deep models may be in models. */
  static final int MAX_MODELS = 8;

  private final FileBytes file;
  private final KerasInput input;
  private final KerasLayers types;
  private final GraphBuilder builder;
  private @Nullable KerasValue answer;
  private int count;

  private KerasGraph(FileBytes file, KerasModel model, Normalization how) {
    this.file = file;
    this.input = KerasInput.of(file, model.config(), how.channels());
    this.builder = new GraphBuilder(how, input.side());
    this.types = new KerasLayers(this, builder, model.weights());
  }

  /**
   * Makes the layers.
   *
   * @param how what is done to the pixels first
   */
  static KerasGraph of(FileBytes file, KerasModel model, Normalization how) {
    KerasGraph graph = new KerasGraph(file, model, how);
    KerasValue pixels = new KerasValue(graph.builder.input(), false);
    graph.answer = graph.model(model.config(), "", "", "", 0, List.of(pixels));
    return graph;
  }

  /** Whether a class is of models, whose layers are layers of the outermost one. */
  static boolean isModel(String type) {
    return type.equals("Functional") || type.equals("Model") || type.equals("Sequential");
  }

  /**
   * The layers of a model.
   *
   * @param prefix of their names
   * @param outermost the name of the outermost model inside the whole one; empty for that itself
   * @param path of the model in the order of classes
   */
  private KerasValue model(
      JsonNode model,
      String prefix,
      String outermost,
      String path,
      int depth,
      List<KerasValue> inputs) {
    String type = model.path("class_name").asString("");
    if (!isModel(type) || depth > MAX_MODELS) {
      throw file.refuse(
          "holds a Keras model of the class %s; Functional and Sequential ones, up to %d in each"
                  .formatted(FileBytes.printable(type), MAX_MODELS)
              + " other, are read");
    }
    JsonNode config = model.path("config");
    JsonNode list = config.isArray() ? config : config.path("layers");
    boolean isSequence = type.equals("Sequential");
    List<String> entries =
        isSequence ? List.of() : KerasLayer.references(file, config.path("input_layers"));
    Map<String, Integer> classes = new HashMap<>();
    Map<String, KerasValue> values = new HashMap<>();
    KerasValue last = inputs.get(0);
    if (inputs.size() != 1 || (!isSequence && entries.size() != 1)) {
      throw file.refuse("holds a Keras model of several inputs; one of pictures alone is read");
    }
    for (JsonNode node : list) {
      if (++count > GraphBuilder.MAX_LAYERS) {
        throw file.refuse("has more than %d layers".formatted(GraphBuilder.MAX_LAYERS));
      }
      String layerType = node.path("class_name").asString("");
      JsonNode layerConfig = node.path("config");
      String name = node.path("name").asString(layerConfig.path("name").asString(""));
      String inner = path + "layers/" + unique(classes, snakeCase(layerType));
      KerasPlace place =
          new KerasPlace(prefix + name, outermost.isEmpty() ? name : outermost, name, inner);
      KerasLayer layer = new KerasLayer(file, layerType, place, layerConfig);
      List<KerasValue> read =
          isSequence ? List.of(last) : inputs(layer, node.path("inbound_nodes"), values);
      if (layerType.equals("InputLayer")) {
        if (!isSequence && !entries.contains(name)) {
          throw layer.refuse("is an input that the model does not have");
        }
        last = inputs.get(0);
      } else if (isModel(layerType)) {
        last = model(node, prefix + name + "/", place.outermost(), inner + "/", depth + 1, read);
      } else {
        last = types.value(layer, read);
      }
      if (values.put(name, last) != null) {
        throw layer.refuse("has the name of another layer");
      }
    }
    if (isSequence) {
      return last;
    }
    List<String> outputs = KerasLayer.references(file, config.path("output_layers"));
    KerasValue output = outputs.size() == 1 ? values.get(outputs.get(0)) : null;
    if (output == null) {
      throw file.refuse("holds a Keras model of other than one output; one is read");
    }
    return output;
  }

  private static List<KerasValue> inputs(
      KerasLayer layer, JsonNode nodes, Map<String, KerasValue> values) {
    if (layer.type().equals("InputLayer")) {
      return List.of();
    }
    if (nodes.size() != 1) {
      throw layer.refuse("is used %d times; once is read".formatted(nodes.size()));
    }
    List<KerasValue> read = new ArrayList<>();
    for (String name : layer.references(nodes)) {
      KerasValue value = values.get(name);
      if (value == null) {
        throw layer.refuse("reads %s, which no layer before it makes".formatted(name));
      }
      if (value.isProbability()) {
        throw layer.refuse("reads probabilities; nothing is read behind a softmax");
      }
      read.add(value);
    }
    if (read.isEmpty()) {
      throw layer.refuse("reads nothing");
    }
    return read;
  }

  /** How {@code .keras} files name a layer: by its class, and a number from the second on. */
  private static String unique(Map<String, Integer> used, String name) {
    int before = used.merge(name, 1, Integer::sum) - 1;
    return before == 0 ? name : name + "_" + before;
  }

  /** Keras's own rule (keras/src/utils/naming.py). */
  private static String snakeCase(String type) {
    return type.replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  /** Whether sizes are those of every picture. */
  boolean isSized() {
    return input.side() != null;
  }

  boolean isChannelsFirst() {
    return input.isChannelsFirst();
  }

  /** What was made. */
  ImportedNetwork imported() {
    KerasValue end = answer;
    if (end == null) {
      throw file.refuse("holds a Keras model without an output");
    }
    String last = end.layer();
    Activation activation = end.isProbability() ? Activation.SOFTMAX : null;
    if (activation == null && builder.maker(last) instanceof Sigmoid sigmoid) {
      last = sigmoid.input();
      activation = Activation.SIGMOID;
    }
    Graph graph = builder.build(last);
    return new ImportedNetwork(
        graph, activation, builder.side(), GraphBuilder.describe(graph), file::close);
  }
}
