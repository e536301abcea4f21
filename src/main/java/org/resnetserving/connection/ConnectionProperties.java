package org.resnetserving.connection;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Bounds on connections, beside those of {@code server.tomcat}.
 *
 * @param perAddress that one address may have at any time; by default half of what the server takes
 */
@ConfigurationProperties("resnet.connections")
record ConnectionProperties(@Nullable Integer perAddress) {
  /** What one takes of the heap that has sent half a head: buffers for heads, and its request. */
  private static final int BYTES = 32 * 1024;

  /** Of the heap, what those may take together: {@code memory.RequestHeap} leaves them as much. */
  private static final int HEAP_PART = 8;

  ConnectionProperties {
    if (perAddress != null && perAddress < 1) {
      throw new IllegalArgumentException(
          "resnet.connections.per-address must be at least 1, but is " + perAddress);
    }
  }

  /** How many may have sent half a head, in a heap of so many bytes. */
  static int halfHeads(long heap) {
    return (int) Math.max(2, Math.min(Integer.MAX_VALUE, heap / HEAP_PART / BYTES));
  }

  /** {@link #perAddress}, or what takes its place where the server takes so many in all. */
  int perAddress(int all) {
    return perAddress != null ? perAddress : Math.max(1, all / 2);
  }
}
