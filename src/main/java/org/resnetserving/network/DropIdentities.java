package org.resnetserving.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Drops layers that change nothing; their readers read what they read. */
final class DropIdentities implements UnaryOperator<Graph> {

  @Override
  public Graph apply(Graph graph) {
    Map<String, String> renamed = new HashMap<>();
    List<Layer> left = new ArrayList<>();
    for (Layer layer : graph.layers()) {
      Layer rewired =
          layer.reading(layer.inputs().stream().map(in -> renamed.getOrDefault(in, in)).toList());
      if (isIdentity(rewired)) {
        renamed.put(layer.name(), rewired.inputs().get(0));
      } else {
        left.add(rewired);
      }
    }
    return graph.with(left, renamed);
  }

  private static boolean isIdentity(Layer layer) {
    return layer instanceof Identity
        || (layer instanceof Scale scale && scale.factor() == 1)
        || (layer instanceof Subsample subsample && subsample.step() == 1)
        || (layer instanceof PadChannels pad && pad.before() == 0 && pad.after() == 0)
        || (layer instanceof Pad p
            && p.top() == 0
            && p.left() == 0
            && p.bottom() == 0
            && p.right() == 0)
        || (layer instanceof Concat concat && concat.inputs().size() == 1)
        || (layer instanceof AveragePool pool && pool.window().equals(Window.square(1, 1, 0)))
        || (layer instanceof MaxPool most && most.window().equals(Window.square(1, 1, 0)));
  }
}
