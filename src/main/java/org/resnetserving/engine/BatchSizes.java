package org.resnetserving.engine;

import java.util.List;

/**
 * The sizes that batches come in: every other is padded up to the next of these.
 *
 * @param sizes ascending
 */
record BatchSizes(List<Integer> sizes) {

  BatchSizes {
    sizes = List.copyOf(sizes);
    int before = 0;
    for (int size : sizes) {
      if (size <= before) {
        throw new IllegalArgumentException("batch sizes %s do not ascend from 1".formatted(sizes));
      }
      before = size;
    }
    if (sizes.isEmpty()) {
      throw new IllegalArgumentException("no batch sizes");
    }
  }

  int largest() {
    return sizes.get(sizes.size() - 1);
  }

  /** The smallest size that holds {@code items}. */
  int padded(int items) {
    for (int size : sizes) {
      if (size >= items) {
        return size;
      }
    }
    throw new IllegalArgumentException(
        "a batch of %d, and the largest is %d".formatted(items, largest()));
  }
}
