package org.resnetserving.weights;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a file was taken for the network and what was passed over, by the names that the file
 * has.
 *
 * @param entry names of the dicts and attributes on the way to the state dict, with dots between
 *     them; empty where the file is the state dict
 * @param prefix what the names of the network's tensors begin with, up to a dot; may be empty
 * @param head the last layer; null if there is none, or all is named as torchvision names it
 * @param leftOut tensors beside the network
 * @param counters how many tensors only count, such as batches
 */
public record Selection(
    String entry, String prefix, @Nullable String head, List<String> leftOut, int counters) {
  /** All of a file, as it is named there. */
  static final Selection ALL = new Selection("", "", null, List.of(), 0);

  /** Keeps its own list. */
  public Selection {
    leftOut = List.copyOf(leftOut);
  }
}
