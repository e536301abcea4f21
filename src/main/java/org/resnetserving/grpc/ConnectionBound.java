package org.resnetserving.grpc;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Counts connections, of all and of each address, and refuses those over a bound. Thread-safe. */
final class ConnectionBound {
  private final int most;
  private final int mostOfOne;
  private final Map<InetAddress, Integer> open = new HashMap<>();
  private int count;

  /**
   * @param most connections of all
   * @param mostOfOne connections of one address
   */
  ConnectionBound(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /** Counts one more of that address; false if there are as many as there may be. */
  synchronized boolean enter(InetAddress address) {
    int ofOne = open.getOrDefault(address, 0);
    if (count >= most || ofOne >= mostOfOne) {
      return false;
    }
    count++;
    open.put(address, ofOne + 1);
    return true;
  }

  /** One of that address is closed. */
  synchronized void leave(InetAddress address) {
    count--;
    open.computeIfPresent(address, (a, ofOne) -> ofOne > 1 ? ofOne - 1 : null);
  }

  /** How many there are. */
  synchronized int count() {
    return count;
  }
}
