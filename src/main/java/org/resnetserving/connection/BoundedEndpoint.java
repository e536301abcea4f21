package org.resnetserving.connection;

import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;

/**
 * Tomcat's endpoint, which closes a connection at once whose address has too many, and one whose
 * request's head is not there within the connection timeout, however often a byte of it comes.
 */
final class BoundedEndpoint extends NioEndpoint {
  private final AddressBound addresses;
  private final Ticker ticker;
  private final Map<SocketChannel, Client> counted = new ConcurrentHashMap<>();

  BoundedEndpoint(AddressBound addresses, Ticker ticker) {
    this.addresses = addresses;
    this.ticker = ticker;
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
    counted.put(socket, new Client(address));
    if (!super.setSocketOptions(socket)) {
      ended(socket);
      return false;
    }
    return true;
  }

  private void ended(SocketChannel socket) {
    Client client = counted.remove(socket);
    if (client != null) {
      addresses.leave(client.address);
    }
  }

  /** Who is connected. Tomcat locks a connection while anything of it is processed. */
  private static final class Client {
    private final InetAddress address;

    /** Until when the head must be there of which a part is; none where there is no part. */
    private @Nullable Deadline head;

    Client(InetAddress address) {
      this.address = address;
    }
  }

  private final class Counting implements Handler<NioChannel> {
    private final Handler<NioChannel> handler;

    Counting(Handler<NioChannel> handler) {
      this.handler = handler;
    }

    @Override
    public SocketState process(SocketWrapperBase<NioChannel> socket, SocketEvent status) {
      Client client = counted.get(socket.getSocket().getIOChannel());
      int millis = getConnectionTimeout();
      if (client == null || millis <= 0) {
        return handler.process(socket, status);
      }
      if (client.head != null && client.head.remaining(ticker).isZero()) {
        return SocketState.CLOSED;
      }
      SocketState state = handler.process(socket, status);
      // Nothing here is asynchronous: what Tomcat waits for the rest of is a head.
      if (state != SocketState.LONG) {
        client.head = null;
      } else if (client.head == null) {
        client.head = Deadline.after(Duration.ofMillis(millis), ticker);
      }
      return state;
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
