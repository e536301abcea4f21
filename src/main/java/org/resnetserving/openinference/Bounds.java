package org.resnetserving.openinference;

import java.util.function.LongConsumer;

/**
 * What one request may have.
 *
 * @param maxElements of one tensor
 * @param memory told of the bytes that are about to be taken beside the request's own; it refuses
 *     what there is no room for
 */
record Bounds(long maxElements, LongConsumer memory) {
  /** Tensors sent, and tensors asked for. */
  static final int MAX_TENSORS = 16;

  /** Sizes of one shape. */
  static final int MAX_DIMENSIONS = 8;

  /** Parameters of one object. */
  static final int MAX_PARAMETERS = 32;

  /** Characters of a name, an id or a parameter's value. */
  static final int MAX_TEXT = 1024;

  /** Bytes of the JSON that stands before binary tensors. */
  static final int MAX_HEADER = 1024 * 1024;
}
