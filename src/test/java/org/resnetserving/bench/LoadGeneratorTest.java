package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers every third request with a refusal. */
final class LoadGeneratorTest {
  private final AtomicInteger requests = new AtomicInteger();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private HttpServer server;
  private LoadGenerator generator;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/v1/classify",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          assertThat(body).containsExactly(1, 2, 3);
          exchange.sendResponseHeaders(requests.incrementAndGet() % 3 == 0 ? 429 : 200, 2);
          exchange.getResponseBody().write("{}".getBytes());
          exchange.close();
        });
    server.start();
    generator = new LoadGenerator(server.getAddress(), 0, "fake", 10);
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void times_countsEachOutcome() throws InterruptedException {
    Cell cell = generator.times("30 times", picture(), 3, 30);
    assertThat(requests).hasValue(30);
    assertThat(cell.outcomes()).containsEntry(200, 20L).containsEntry(429, 10L);
    assertThat(cell.latency().count()).isEqualTo(20);
    assertThat(cell.refusals().count()).isEqualTo(10);
    assertThat(cell.late()).isZero();
  }

  @Test
  void times_withoutAServer_areBroken() throws InterruptedException {
    server.stop(0);
    Cell cell = generator.times("in vain", picture(), 1, 2);
    assertThat(cell.outcomes()).containsOnlyKeys(Samples.BROKEN);
    assertThat(cell.perSecond()).isZero();
  }

  private static List<ByteBuffer> picture() {
    return new Requests(Requests.CLASSIFY, "", 10, "").of(List.of(new byte[] {1, 2, 3}));
  }
}
