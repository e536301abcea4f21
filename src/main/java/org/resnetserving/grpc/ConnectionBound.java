package org.resnetserving.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts connections, and closes those over the bound as soon as they are there. Thread-safe. */
final class ConnectionBound extends ServerTransportFilter {
  private static final Attributes.Key<Object> COUNTED =
      Attributes.Key.create("counted by the bound on connections");

  private final int most;
  private final int mostOfOne;
  private final Map<Object, Integer> open = new HashMap<>();
  private int count;

  /**
   * @param most connections of all
   * @param mostOfOne connections of one address
   */
  ConnectionBound(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  @Override
  public synchronized Attributes transportReady(Attributes attributes) {
    Object address = address(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    int ofOne = open.getOrDefault(address, 0);
    if (count >= most || ofOne >= mostOfOne) {
      throw Status.UNAVAILABLE.withDescription("Too many connections.").asRuntimeException();
    }
    count++;
    open.put(address, ofOne + 1);
    return attributes.toBuilder().set(COUNTED, address).build();
  }

  @Override
  public synchronized void transportTerminated(@Nullable Attributes attributes) {
    Object address = attributes == null ? null : attributes.get(COUNTED);
    if (address != null) {
      count--;
      open.computeIfPresent(address, (a, ofOne) -> ofOne > 1 ? ofOne - 1 : null);
    }
  }

  /** How many there are. */
  synchronized int count() {
    return count;
  }

  private static Object address(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet && internet.getAddress() != null
        ? internet.getAddress()
        : String.valueOf(address);
  }
}
