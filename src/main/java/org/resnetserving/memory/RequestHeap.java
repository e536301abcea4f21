package org.resnetserving.memory;

/**
 * How much of the Java heap requests may take together, whatever they take it for: what is left of
 * it beside the service's own, so that it is never full. Full, it ends the process.
 */
public final class RequestHeap {
  /**
   * What requests may not have: 40 MB that live there, and what large arrays leave between them.
   */
  private static final long REST = 56L << 20;

  /**
   * Of the heap, what connections may take: {@code connection.ConnectionProperties} says it too.
   */
  private static final int CONNECTIONS_PART = 8;

  /** Of a heap that is so small that nothing would be left: as little as decodes a picture. */
  private static final int LEAST_PART = 4;

  private RequestHeap() {}

  /**
   * In bytes, of this process's heap.
   *
   * @param kept bytes of it that are taken by what is kept between requests
   */
  public static long bytes(long kept) {
    return bytes(Runtime.getRuntime().maxMemory(), kept);
  }

  static long bytes(long heap, long kept) {
    long free = heap - heap / CONNECTIONS_PART - kept;
    return Math.max(1, Math.max(free / LEAST_PART, free - REST));
  }
}
