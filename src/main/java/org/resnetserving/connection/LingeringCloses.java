package org.resnetserving.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * All connections that end, on one thread. Not in Tomcat's poller: after a read that timed out, it
 * takes the next bytes for those of that read, and forgets the connection.
 */
final class LingeringCloses implements AutoCloseable {
  private static final int READ_BYTES = 64 * 1024;

  /** How often the time is looked at. */
  private static final int LOOK_MILLIS = 500;

  private final Selector selector;
  private final Queue<LingeringClose> begun = new ConcurrentLinkedQueue<>();

  private LingeringCloses(Selector selector) {
    this.selector = selector;
  }

  static LingeringCloses start() {
    LingeringCloses closes;
    try {
      closes = new LingeringCloses(Selector.open());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(closes::run, "lingering-close");
    thread.setDaemon(true);
    thread.start();
    return closes;
  }

  /** Takes it to its end. */
  void add(LingeringClose connection) {
    begun.add(connection);
    selector.wakeup();
  }

  /** Leaves those that have not ended. */
  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    ByteBuffer dropped = ByteBuffer.allocateDirect(READ_BYTES);
    try {
      while (selector.isOpen()) {
        selector.select(
            key -> {
              if (!connection(key).drop(dropped)) {
                end(key);
              }
            },
            LOOK_MILLIS);
        for (LingeringClose one = begun.poll(); one != null; one = begun.poll()) {
          register(one);
        }
        for (SelectionKey key : selector.keys()) {
          if (key.isValid() && connection(key).isOverdue()) {
            end(key);
          }
        }
      }
    } catch (ClosedSelectorException e) {
      // The server stops.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void register(LingeringClose connection) {
    try {
      connection.channel().register(selector, SelectionKey.OP_READ, connection);
    } catch (ClosedChannelException e) {
      connection.close();
    }
  }

  private static void end(SelectionKey key) {
    key.cancel();
    connection(key).close();
  }

  private static LingeringClose connection(SelectionKey key) {
    return (LingeringClose) key.attachment();
  }
}
