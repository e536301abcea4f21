package org.resnetserving.torchexport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Weight;
import org.resnetserving.weights.FileBytes;
import tools.jackson.databind.JsonNode;

/**
 * A program as its JSON says it: what goes in, the steps, what comes out.
 *
 * @param picture the name of the one input that is no weight
 * @param sizes of that input; {@link AtenNode#FREE} where any will do
 * @param weights by the name that the steps call them
 * @param nodes each after those that it reads
 * @param answer the name of the one output
 */
record ExportedProgram(
    String picture,
    List<Integer> sizes,
    Map<String, Weight> weights,
    List<AtenNode> nodes,
    String answer) {

  /** Most steps: a ResNet-152 decomposed has 517. */
  static final int MAX_NODES = 1 << 14;

  static ExportedProgram parse(FileBytes file, ExportArchive archive) {
    return new Parser(file, archive).parse(archive.program());
  }

  private static final class Parser {
    private final FileBytes file;
    private final ExportArchive archive;
    private final Map<String, Weight> weights = new HashMap<>();
    private @Nullable String picture;

    Parser(FileBytes file, ExportArchive archive) {
      this.file = file;
      this.archive = archive;
    }

    ExportedProgram parse(JsonNode root) {
      JsonNode module = root.path("graph_module");
      JsonNode graph = module.path("graph");
      for (JsonNode input : module.path("signature").path("input_specs")) {
        input(input);
      }
      String in = picture;
      if (in == null) {
        throw file.refuse("has an exported program without an input");
      }
      return new ExportedProgram(
          in, sizes(graph.path("tensor_values").path(in)), weights, nodes(graph), answer(module));
    }

    private void input(JsonNode spec) {
      if (spec.has("user_input")) {
        String name = AtenNode.tensorName(spec.path("user_input").path("arg"));
        if (name == null || picture != null) {
          throw file.refuse(
              "has an exported program of several inputs; one of pictures alone is read");
        }
        picture = name;
      } else if (spec.has("parameter")) {
        weight(spec.path("parameter"), "parameter_name");
      } else if (spec.has("buffer")) {
        weight(spec.path("buffer"), "buffer_name");
      } else if (spec.has("tensor_constant")) {
        weight(spec.path("tensor_constant"), "tensor_constant_name");
      } else {
        throw file.refuse(
            "has an exported program with an input of a kind that is not read, "
                + FileBytes.printable(spec.toString()));
      }
    }

    private void weight(JsonNode spec, String nameOf) {
      String argument = spec.path("arg").path("name").asString("");
      String name = spec.path(nameOf).asString("");
      if (!name.endsWith("num_batches_tracked")) {
        weights.put(argument, archive.weight(name));
      }
    }

    private List<Integer> sizes(JsonNode meta) {
      List<Integer> sizes = new ArrayList<>();
      for (JsonNode size : meta.path("sizes")) {
        sizes.add(size.path("as_int").asInt(AtenNode.FREE));
      }
      if (!ScalarTypes.isFloatingPoint(meta.path("dtype"))) {
        throw file.refuse("has an exported program whose input is not floating point");
      }
      return sizes;
    }

    private List<AtenNode> nodes(JsonNode graph) {
      JsonNode list = graph.path("nodes");
      if (list.size() > MAX_NODES) {
        throw file.refuse("has %d steps; at most %d are read".formatted(list.size(), MAX_NODES));
      }
      List<AtenNode> nodes = new ArrayList<>();
      for (JsonNode node : list) {
        Map<String, JsonNode> arguments = new LinkedHashMap<>();
        for (JsonNode input : node.path("inputs")) {
          arguments.put(input.path("name").asString(""), input.path("arg"));
        }
        List<String> outputs = new ArrayList<>();
        for (JsonNode output : node.path("outputs")) {
          outputs(output, outputs);
        }
        nodes.add(new AtenNode(file, node.path("target").asString(""), arguments, outputs));
      }
      return nodes;
    }

    private static void outputs(JsonNode output, List<String> names) {
      String name = AtenNode.tensorName(output);
      if (name != null) {
        names.add(name);
      }
      for (JsonNode each : output.path("as_tensors")) {
        names.add(each.path("name").asString(""));
      }
    }

    private String answer(JsonNode module) {
      JsonNode outputs = module.path("signature").path("output_specs");
      String answer = null;
      for (JsonNode output : outputs) {
        if (!output.has("user_output")) {
          throw file.refuse(
              "has an exported program that changes its own weights: export it after"
                  + " model.eval()");
        }
        String name = AtenNode.tensorName(output.path("user_output").path("arg"));
        if (name == null || answer != null) {
          throw file.refuse("has an exported program of several outputs; one is read");
        }
        answer = name;
      }
      if (answer == null) {
        throw file.refuse("has an exported program without an output");
      }
      return answer;
    }
  }
}
