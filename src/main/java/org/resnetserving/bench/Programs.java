package org.resnetserving.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelFile;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Layer;
import org.resnetserving.network.Normalize;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;

/** Compiles the networks that are measured without the service. */
final class Programs {
  private Programs() {}

  /**
   * What tracing a zoo's model gives: normalised planes go in, since the stock translator makes
   * them.
   */
  static void compileStock(ModelDescriptor descriptor, Path program) throws IOException {
    try (ImportedNetwork network = open(descriptor)) {
      ProgramCompiler.compile(
          withoutNormalization(network.graph()),
          ProgramKind.STOCK,
          descriptor.preset().side(),
          program);
    }
  }

  /** The network that a model describes, whose weights must be in a file of its own. */
  static ImportedNetwork open(ModelDescriptor descriptor) throws IOException {
    Path file = descriptor.weights().file();
    if (file == null) {
      throw new IOException(descriptor.name() + " has no local weights");
    }
    return ModelFile.of(descriptor, file).open();
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
