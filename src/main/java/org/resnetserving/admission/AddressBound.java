package org.resnetserving.admission;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** Counts the connections of each address, and refuses those over the bound. Thread-safe. */
public final class AddressBound {
  private final Map<InetAddress, Integer> open = new HashMap<>();
  private int most = Integer.MAX_VALUE;

  /** How many each may have, from now on. */
  public synchronized void setMost(int connections) {
    most = connections;
  }

  /** Counts one more of that address; false if it has as many as it may. */
  public synchronized boolean enter(InetAddress address) {
    int count = open.getOrDefault(address, 0);
    if (count >= most) {
      return false;
    }
    open.put(address, count + 1);
    return true;
  }

  /** One of that address is closed. */
  public synchronized void leave(InetAddress address) {
    open.computeIfPresent(address, (a, count) -> count > 1 ? count - 1 : null);
  }

  /** How many that address has. */
  public synchronized int count(InetAddress address) {
    return open.getOrDefault(address, 0);
  }
}
