package org.resnetserving.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Normalize;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.WeightFiles;

/** Compiles the networks that are measured without the service. */
final class Programs {
  private Programs() {}

  /** The folder that the service unpacks natives into as well. */
  static Path natives() {
    return Path.of(System.getProperty("user.home"), ".cache", "resnet-serving", "native");
  }

  /** The program of a kind as the service compiles it: pixels go in. */
  static void compile(ModelDescriptor descriptor, ProgramKind kind, Path program)
      throws IOException {
    try (StateDict weights = open(descriptor)) {
      ProgramCompiler.compile(
          graph(descriptor, weights), kind, descriptor.preset().side(), program);
    }
  }

  /**
   * What tracing a zoo's model gives: normalised planes go in, since the stock translator makes
   * them.
   */
  static void compileStock(ModelDescriptor descriptor, Path program) throws IOException {
    try (StateDict weights = open(descriptor)) {
      ProgramCompiler.compile(
          withoutNormalization(graph(descriptor, weights)),
          ProgramKind.STOCK,
          descriptor.preset().side(),
          program);
    }
  }

  private static StateDict open(ModelDescriptor descriptor) throws IOException {
    Path file = descriptor.weights().file();
    if (file == null) {
      throw new IOException(descriptor.name() + " has no local weights");
    }
    return WeightFiles.open(file);
  }

  private static Graph graph(ModelDescriptor descriptor, StateDict weights) {
    return Architecture.parse(descriptor.architecture())
        .graph(weights, descriptor.preset().normalization());
  }

  static Graph withoutNormalization(Graph graph) {
    Map<String, String> renamed = new HashMap<>();
    List<Layer> left = new ArrayList<>();
    for (Layer layer : graph.layers()) {
      if (layer instanceof Normalize normalize) {
        renamed.put(normalize.name(), normalize.input());
      } else {
        left.add(
            layer.reading(
                layer.inputs().stream().map(in -> renamed.getOrDefault(in, in)).toList()));
      }
    }
    return graph.with(left);
  }
}
