package org.resnetserving.network;

import org.jspecify.annotations.Nullable;

/**
 * A network that a file of another framework describes by itself. Its graph reads weights from the
 * file, which stays open until this is closed.
 *
 * @param graph ends at the logits: a softmax or sigmoid inside the file is not part of it
 * @param activation what the file does to the logits; null where it ends with them
 * @param side rows and columns of the pictures that it was written for; null where any will do
 * @param structure what was found, for people: such as "ResNet with 53 convolutions, 1000 classes"
 * @param file closed with this
 */
public record ImportedNetwork(
    Graph graph,
    @Nullable Activation activation,
    @Nullable Integer side,
    String structure,
    Runnable file)
    implements AutoCloseable {

  @Override
  public void close() {
    file.run();
  }
}
