package org.resnetserving.connection;

import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** Tomcat's endpoint, which closes a connection at once whose address has too many. */
final class BoundedEndpoint extends NioEndpoint {
  private final AddressBound addresses;
  private final Map<SocketChannel, InetAddress> counted = new ConcurrentHashMap<>();

  BoundedEndpoint(AddressBound addresses) {
    this.addresses = addresses;
  }

  /** The handler is told of every connection that ends, whatever ends it. */
  @Override
  public void setHandler(Handler<NioChannel> handler) {
    super.setHandler(new Counting(handler));
  }

  @Override
  protected boolean setSocketOptions(SocketChannel socket) {
    InetAddress address = socket.socket().getInetAddress();
    if (address == null || !addresses.enter(address)) {
      // Tomcat closes only what it has made a wrapper for.
      destroySocket(socket);
      return false;
    }
    counted.put(socket, address);
    if (!super.setSocketOptions(socket)) {
      ended(socket);
      return false;
    }
    return true;
  }

  private void ended(SocketChannel socket) {
    InetAddress address = counted.remove(socket);
    if (address != null) {
      addresses.leave(address);
    }
  }

  private final class Counting implements Handler<NioChannel> {
    private final Handler<NioChannel> handler;

    Counting(Handler<NioChannel> handler) {
      this.handler = handler;
    }

    @Override
    public SocketState process(SocketWrapperBase<NioChannel> socket, SocketEvent status) {
      return handler.process(socket, status);
    }

    @Override
    public Object getGlobal() {
      return handler.getGlobal();
    }

    @Override
    public void release(SocketWrapperBase<NioChannel> socket) {
      handler.release(socket);
      ended(socket.getSocket().getIOChannel());
    }

    @Override
    public void pause() {
      handler.pause();
    }

    @Override
    public void recycle() {
      handler.recycle();
    }
  }
}
