package org.resnetserving.grpc;

import java.net.InetAddress;
import org.resnetserving.admission.AddressBound;

/** Counts connections, of all and of each address, and refuses those over a bound. Thread-safe. */
final class ConnectionBound {
  private final int most;
  private final AddressBound addresses = new AddressBound();
  private int count;

  /**
   * @param most connections of all
   * @param mostOfOne connections of one address
   */
  ConnectionBound(int most, int mostOfOne) {
    this.most = most;
    addresses.setMost(mostOfOne);
  }

  /** Counts one more of that address; false if there are as many as there may be. */
  synchronized boolean enter(InetAddress address) {
    if (count >= most || !addresses.enter(address)) {
      return false;
    }
    count++;
    return true;
  }

  /** One of that address is closed. */
  synchronized void leave(InetAddress address) {
    count--;
    addresses.leave(address);
  }

  /** How many there are. */
  synchronized int count() {
    return count;
  }
}
