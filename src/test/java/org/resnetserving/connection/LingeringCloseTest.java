package org.resnetserving.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LingeringCloseTest {
  private static final int MOST = 1000;
  private static final ByteBuffer DROPPED = ByteBuffer.allocate(100);

  private final AtomicLong nanos = new AtomicLong();

  private SocketChannel channel;
  private Socket client;
  private LingeringClose end;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      client = new Socket(InetAddress.getLoopbackAddress(), server.socket().getLocalPort());
      channel = server.accept();
    }
    channel.configureBlocking(false);
    end = new LingeringClose(channel, MOST, () -> {}, nanos::get);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    channel.close();
  }

  @Test
  void client_seesTheEnd_andIsReadUntilItClosesToo() throws IOException {
    end.endOutput();
    assertThat(client.getInputStream().read()).isNegative();
    assertThat(end.drop(DROPPED)).isTrue();
    client.getOutputStream().write(new byte[MOST]);
    assertThat(end.drop(DROPPED)).isTrue();
    client.close();
    await().atMost(Duration.ofMinutes(1)).until(() -> !end.drop(DROPPED));
  }

  @Test
  void client_thatSendsMoreThanIsDropped_isLeft() throws IOException {
    client.getOutputStream().write(new byte[MOST + 1]);
    await().atMost(Duration.ofMinutes(1)).until(() -> !end.drop(DROPPED));
  }

  @Test
  void client_thatSendsNothing_isLeft() {
    nanos.set(LingeringClose.SILENCE.toNanos() - 1);
    assertThat(end.drop(DROPPED)).isTrue();
    assertThat(end.isOverdue()).isFalse();
    nanos.set(LingeringClose.SILENCE.toNanos());
    assertThat(end.isOverdue()).isTrue();
  }

  @Test
  void client_thatSendsForTooLong_isLeft() throws IOException {
    Duration step = LingeringClose.SILENCE.minusSeconds(1);
    for (Duration at = step; at.compareTo(LingeringClose.LONGEST) < 0; at = at.plus(step)) {
      long now = at.toNanos();
      // Just before it would be overdue, whether for silence or for all.
      long then =
          Math.min(now + LingeringClose.SILENCE.toNanos(), LingeringClose.LONGEST.toNanos()) - 1;
      client.getOutputStream().write(1);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                nanos.set(now);
                boolean more = end.drop(DROPPED);
                nanos.set(then);
                return more && !end.isOverdue();
              });
    }
    nanos.set(LingeringClose.LONGEST.toNanos());
    assertThat(end.isOverdue()).isTrue();
  }
}
