package org.resnetserving.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.resnetserving.bench.ResponseReader.Response;

/**
 * A connection that is kept, and made anew when the service closed it. Blocking, and without
 * anything but what a benchmark wants: it shares two cores with what it measures. For one thread;
 * any thread may close it.
 */
final class HttpConnection implements Asking {
  private final InetSocketAddress address;
  private volatile @Nullable SocketChannel channel;
  private @Nullable ResponseReader reader;
  private volatile boolean closed;

  HttpConnection(InetSocketAddress address) {
    this.address = address;
  }

  @Override
  public int ask(ByteBuffer request) throws IOException {
    return exchange(request).status();
  }

  /**
   * Sends a request and waits for its response.
   *
   * @param request head and body; its position stays as it is
   */
  Response exchange(ByteBuffer request) throws IOException {
    SocketChannel open = connected();
    try {
      ByteBuffer left = request.duplicate();
      try {
        while (left.hasRemaining()) {
          open.write(left);
        }
      } catch (IOException e) {
        if (closed) {
          throw e;
        }
        // Who refuses an upload may answer and hang up before it was sent.
      }
      ResponseReader responses = reader;
      if (responses == null) {
        throw new IOException("closed");
      }
      Response response = responses.next();
      if (!response.keepsAlive() || left.hasRemaining()) {
        disconnect();
      }
      return response;
    } catch (IOException | RuntimeException e) {
      disconnect();
      throw e;
    }
  }

  /**
   * Hangs up on a request: sends the first bytes of it, waits for a while, and closes.
   *
   * @param bytes how many
   * @param millis how long to wait
   */
  void abandon(ByteBuffer request, int bytes, long millis)
      throws IOException, InterruptedException {
    SocketChannel open = connected();
    try {
      ByteBuffer left = request.duplicate();
      left.limit(left.position() + bytes);
      while (left.hasRemaining()) {
        open.write(left);
      }
      Thread.sleep(millis);
    } finally {
      disconnect();
    }
  }

  private SocketChannel connected() throws IOException {
    SocketChannel open = channel;
    if (open == null) {
      open = SocketChannel.open(address);
      open.setOption(StandardSocketOptions.TCP_NODELAY, true);
      reader = new ResponseReader(open.socket().getInputStream());
      channel = open;
      if (closed) {
        disconnect();
        throw new IOException("closed");
      }
    }
    return open;
  }

  /** The next request has a connection of its own. */
  void disconnect() {
    SocketChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    disconnect();
  }
}
