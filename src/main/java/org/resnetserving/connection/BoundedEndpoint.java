package org.resnetserving.connection;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.AddressBound;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;

/**
 * Tomcat's endpoint, which closes a connection at once whose address has too many, and one whose
 * request's head is not there within the connection timeout, however often a byte of it comes.
 * Where the machine's clock is set, no connection is closed for it. After its last answer, one is
 * closed so that the client gets to see that answer ({@link LingeringClose}).
 */
final class BoundedEndpoint extends NioEndpoint {
  private final AddressBound addresses = new AddressBound();

  /** Those of whose head a part is there: they hold buffers for it, idle ones do not. */
  private final AddressBound halfHeads = new AddressBound();

  private final Semaphore halfHeadsLeft = new Semaphore(0);
  private final Ticker ticker;
  private final Map<SocketChannel, Client> counted = new ConcurrentHashMap<>();

  /** Bytes that are dropped of what a client sends after its last answer. */
  private volatile long mostDropped;

  private volatile @Nullable LingeringCloses closes;

  BoundedEndpoint(Ticker ticker) {
    this.ticker = ticker;
  }

  void setConnectionsPerAddress(int most) {
    addresses.setMost(most);
  }

  /** Called once, before the start. */
  void setHalfHeads(int most) {
    halfHeads.setMost(Math.max(1, most / 2));
    halfHeadsLeft.release(most);
  }

  void setMostDropped(long bytes) {
    mostDropped = bytes;
  }

  @Override
  public void startInternal() throws Exception {
    closes = LingeringCloses.start();
    super.startInternal();
  }

  @Override
  public void stopInternal() {
    super.stopInternal();
    LingeringCloses all = closes;
    closes = null;
    if (all != null) {
      all.close();
    }
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
      client.leaveHalfHeads();
    }
  }

  @Override
  public boolean processSocket(
      SocketWrapperBase<NioChannel> socket, SocketEvent event, boolean dispatch) {
    if (event == SocketEvent.OPEN_READ && isHandshakeLate(socket)) {
      // Whoever asked closes it.
      return false;
    }
    if (event == SocketEvent.ERROR
        && socket.getError() instanceof SocketTimeoutException
        && waitsOn(socket)) {
      return true;
    }
    return super.processSocket(socket, event, dispatch);
  }

  /** Who is connected; null where that is not counted any more. */
  private @Nullable Client client(SocketWrapperBase<NioChannel> socket) {
    SocketChannel channel = socket.getSocket().getIOChannel();
    return channel == null ? null : counted.get(channel);
  }

  /** A handshake has as long as a head. */
  private boolean isHandshakeLate(SocketWrapperBase<NioChannel> socket) {
    int millis = getConnectionTimeout();
    if (socket.getSocket().isHandshakeComplete() || millis <= 0) {
      return false;
    }
    Client client = client(socket);
    return client != null && client.waited() > millis;
  }

  /**
   * Tomcat tells by the machine's clock that a connection has waited too long. It is asked to wait
   * on where that is not so by the monotonic one, or where a thread waits, which looks itself.
   */
  private boolean waitsOn(SocketWrapperBase<NioChannel> socket) {
    Client client = client(socket);
    if (client == null) {
      return false;
    }
    if (client.processed) {
      socket.registerReadInterest();
      socket.registerWriteInterest();
      return true;
    }
    if (client.waited() < socket.getReadTimeout()) {
      socket.registerReadInterest();
      return true;
    }
    return false;
  }

  /** Who is connected. Tomcat locks a connection while anything of it is processed. */
  private final class Client {
    private final InetAddress address;

    /* Concurrency: written by the thread that has the lock, read by Tomcat's poller. */
    private volatile boolean processed;
    private volatile long waitsSince = ticker.nanos();

    /** Until when the head must be there of which a part is; none where there is no part. */
    private @Nullable Deadline head;

    private final AtomicBoolean isHalfHead = new AtomicBoolean();

    /** Whether it has had its last answer. */
    private boolean ends;

    Client(InetAddress address) {
      this.address = address;
    }

    /** Takes a place among those of whose head a part is there; false if there is none. */
    boolean enterHalfHeads() {
      if (isHalfHead.get()) {
        return true;
      }
      if (!halfHeads.enter(address)) {
        return false;
      }
      if (!halfHeadsLeft.tryAcquire()) {
        halfHeads.leave(address);
        return false;
      }
      isHalfHead.set(true);
      return true;
    }

    void leaveHalfHeads() {
      if (isHalfHead.compareAndSet(true, false)) {
        halfHeads.leave(address);
        halfHeadsLeft.release();
      }
    }

    /** Milliseconds since anything of it was processed. */
    long waited() {
      return NANOSECONDS.toMillis(ticker.nanos() - waitsSince);
    }
  }

  private final class Counting implements Handler<NioChannel> {
    private final Handler<NioChannel> handler;

    Counting(Handler<NioChannel> handler) {
      this.handler = handler;
    }

    @Override
    public SocketState process(SocketWrapperBase<NioChannel> socket, SocketEvent status) {
      Client client = client(socket);
      if (client == null) {
        return handler.process(socket, status);
      }
      if (client.ends) {
        return status == SocketEvent.OPEN_READ ? SocketState.OPEN : SocketState.CLOSED;
      }
      if (client.head != null && client.head.expired(ticker)) {
        return SocketState.CLOSED;
      }
      client.processed = true;
      SocketState state = handler.process(socket, status);
      client.waitsSince = ticker.nanos();
      client.processed = false;
      client.head = head(client.head, state);
      // Nothing here is asynchronous: what Tomcat waits for the rest of is a head.
      if (state != SocketState.LONG) {
        client.leaveHalfHeads();
      } else if (!client.enterHalfHeads()) {
        return SocketState.CLOSED;
      } else if (client(socket) == null) {
        // It was closed meanwhile.
        client.leaveHalfHeads();
      }
      return state == SocketState.CLOSED
              && status == SocketEvent.OPEN_READ
              && !socket.isClosed()
              && lingers(socket, client)
          ? SocketState.OPEN
          : state;
    }

    /** Until when the head must be there. */
    private @Nullable Deadline head(@Nullable Deadline former, SocketState state) {
      int millis = getConnectionTimeout();
      if (state != SocketState.LONG || millis <= 0) {
        return null;
      }
      return former != null ? former : Deadline.after(Duration.ofMillis(millis), ticker);
    }

    /** Lets the client see its last answer before all is closed; whether it may not have yet. */
    private boolean lingers(SocketWrapperBase<NioChannel> socket, Client client) {
      LingeringCloses all = closes;
      if (all == null) {
        return false;
      }
      LingeringClose end =
          new LingeringClose(
              socket.getSocket().getIOChannel(), mostDropped, () -> close(socket), ticker);
      try {
        if (!isSSLEnabled()) {
          // TLS has its own word for this, which comes when all is closed.
          end.endOutput();
        }
      } catch (IOException e) {
        // The client has closed it.
        return false;
      }
      client.ends = true;
      // It is not Tomcat's any more to say how long it may be silent.
      socket.setReadTimeout(-1);
      all.add(end);
      return true;
    }

    private static void close(SocketWrapperBase<NioChannel> socket) {
      socket.getLock().lock();
      try {
        socket.close();
      } finally {
        socket.getLock().unlock();
      }
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
