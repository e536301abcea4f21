package org.resnetserving.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;

/**
 * The end of a connection whose client may still be sending. If it were closed with bytes unread,
 * the system would reset it, and the reset overtakes the last answer; so it is half closed, and
 * what comes is read and dropped until the client closes it too, within bounds of bytes and time.
 * Reads what is there and never waits. Not thread-safe.
 */
final class LingeringClose {
  /** How long it takes at most, as in nginx (lingering_time). */
  static final Duration LONGEST = Duration.ofSeconds(30);

  /** How long a client may send nothing, as in nginx (lingering_timeout). */
  static final Duration SILENCE = Duration.ofSeconds(5);

  /** Bytes that are read before another connection has its turn. */
  private static final int TURN = 1 << 20;

  private final SocketChannel channel;
  private final Runnable close;
  private final Ticker ticker;
  private final Deadline end;
  private Deadline silence;
  private long left;

  /**
   * @param channel that does not block
   * @param most bytes that are read
   * @param close closes it wholly
   */
  LingeringClose(SocketChannel channel, long most, Runnable close, Ticker ticker) {
    this.channel = channel;
    this.close = close;
    this.ticker = ticker;
    this.end = Deadline.after(LONGEST, ticker);
    this.silence = Deadline.after(SILENCE, ticker);
    this.left = most;
  }

  SocketChannel channel() {
    return channel;
  }

  /** Has the client see the end of what is sent to it. */
  void endOutput() throws IOException {
    channel.shutdownOutput();
  }

  /**
   * Drops what has come.
   *
   * @param dropped is read into
   * @return whether more may come
   */
  boolean drop(ByteBuffer dropped) {
    try {
      for (int turn = 0; turn < TURN; turn += dropped.position()) {
        dropped.clear();
        int read = channel.read(dropped);
        if (read == 0) {
          return true;
        }
        left -= read;
        if (read < 0 || left < 0) {
          return false;
        }
        silence = Deadline.after(SILENCE, ticker);
      }
      return true;
    } catch (IOException e) {
      // The client has broken it off.
      return false;
    }
  }

  /** Whether it has taken as long as it may. */
  boolean isOverdue() {
    return end.expired(ticker) || silence.expired(ticker);
  }

  void close() {
    close.run();
  }
}
