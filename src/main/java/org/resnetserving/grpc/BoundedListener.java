package org.resnetserving.grpc;

import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.util.List;

/**
 * Takes connections, and closes those over the bound at once: before a handshake, of which gRPC
 * tells its own filters only when it is over.
 */
final class BoundedListener extends NioServerSocketChannel {
  private final ConnectionBound bound;

  BoundedListener(ConnectionBound bound) {
    this.bound = bound;
  }

  /** Adds the next connection, if there is one; gives how many it has added. */
  @Override
  protected int doReadMessages(List<Object> connections) throws Exception {
    int read = super.doReadMessages(connections);
    if (read <= 0) {
      return read;
    }
    int last = connections.size() - 1;
    SocketChannel connection = (SocketChannel) connections.get(last);
    // None where its client is gone again.
    InetAddress address =
        connection.remoteAddress() == null ? null : connection.remoteAddress().getAddress();
    if (address == null || !bound.enter(address)) {
      connections.remove(last);
      close(connection);
      return 0;
    }
    connection.closeFuture().addListener(closed -> bound.leave(address));
    return read;
  }

  /** It was never registered, which Netty's usual way to close wants. */
  private static void close(Channel connection) {
    connection.unsafe().closeForcibly();
  }
}
