package org.resnetserving.network;

import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.Selection;

/**
 * A network in a file: one that the file describes by itself, or a state dict's. Its graph reads
 * weights from the file, which stays open until this is closed.
 *
 * @param graph ends at the logits: a softmax or sigmoid inside the file is not part of it
 * @param activation what the file does to the logits; null where it ends with them
 * @param side rows and columns of the pictures that it was written for; null where any will do
 * @param structure what was found, for people: such as "ResNet with 53 convolutions, 1000 classes"
 * @param selection what of a state dict's file was taken; null where the file describes a network
 * @param file closed with this
 */
public record ImportedNetwork(
    Graph graph,
    @Nullable Activation activation,
    @Nullable Integer side,
    String structure,
    @Nullable Selection selection,
    Runnable file)
    implements AutoCloseable {

  /** Of a file that describes its network. */
  public ImportedNetwork(
      Graph graph,
      @Nullable Activation activation,
      @Nullable Integer side,
      String structure,
      Runnable file) {
    this(graph, activation, side, structure, null, file);
  }

  @Override
  public void close() {
    file.run();
  }
}
