package org.resnetserving.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Clients that send all of an upload before they read, as most do, get to see why it was refused:
 * no reset overtakes the answer.
 */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      "resnet.connections.per-address=80",
      "resnet.admission.min-upload-rate=0",
      "server.tomcat.threads.max=10",
      "server.tomcat.max-swallow-size=64MB"
    })
final class LastAnswerIT {
  private static final int THREADS_FOR_UPLOADS = 9;

  /** Of the connections that an address may have, of which those of other tests may be open yet. */
  private static final int MOST_OF_THEM = 50;

  private static final int MIB = 1 << 20;

  /** More than the system keeps for both sides of a connection. */
  private static final int LARGE = 48 * MIB;

  private static final String HEAD =
      "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n";

  private final RunningServer server;
  private final int port;
  private final List<RawHttp> clients = new ArrayList<>();

  @Autowired
  LastAnswerIT(@LocalServerPort int port) {
    this.port = port;
    server = new RunningServer(port);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @AfterEach
  void closeClients() throws IOException {
    for (RawHttp client : clients) {
      client.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: " + LARGE + "\r\n\r\n",
        "Expect: 100-continue\r\nContent-Length: " + LARGE + "\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3000000\r\n"
      })
  void uploadThatIsTooLarge_isToldSo(String rest) throws IOException {
    Raw answer = client().send(HEAD + rest).send(new byte[LARGE]).send("\r\n0\r\n\r\n").answer();
    assertThat(answer.status()).as(answer.body()).isEqualTo(413);
    assertThat(answer.json().get("type").stringValue()).endsWith(":image-too-large");
  }

  @Test
  void uploadThatComesWhenTooManyDo_isToldSo() throws IOException {
    takeAllThreads();
    RawHttp client = client();
    client.send(HEAD + "Content-Length: " + LARGE + "\r\n\r\n").send(new byte[LARGE]);
    Raw answer = client.answer();
    assertThat(answer.status()).as(answer.body()).isEqualTo(429);
    assertThat(answer.json().get("type").stringValue()).endsWith(":overloaded");
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(client.closed()).isTrue();
  }

  @Test
  void requestThatIsNone_isToldSo() throws IOException {
    RawHttp client = client();
    client.send("POST /v1/classify HTTP/1.1\r\nContent-Length: " + LARGE + "\r\n\r\n");
    assertThat(client.send(new byte[LARGE]).answer().status()).isEqualTo(400);
  }

  @Test
  void uploadThatNeverEnds_isLeft() throws IOException {
    takeAllThreads();
    RawHttp client = client();
    client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n");
    byte[] part = new byte[MIB];
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 512; i++) {
                client.send(part);
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusedUploads_thatStaySilent_takeConnectionsForAWhile() throws IOException {
    for (int i = 0; i < MOST_OF_THEM; i++) {
      client().send(HEAD + "Content-Length: 99999999\r\n\r\n");
    }
    for (RawHttp client : clients) {
      assertThat(client.answer().status()).isIn(413, 429);
      assertThat(client.closed()).isTrue();
    }
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              List<RawHttp> others = new ArrayList<>();
              try {
                for (int i = 0; i < MOST_OF_THEM; i++) {
                  RawHttp other = new RawHttp(port);
                  others.add(other);
                  other.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
                  assertThat(other.answer().status()).isEqualTo(200);
                }
              } finally {
                for (RawHttp other : others) {
                  other.close();
                }
              }
            });
  }

  private void takeAllThreads() throws IOException {
    for (int i = 0; i < THREADS_FOR_UPLOADS; i++) {
      client().send(HEAD + "Request-Timeout: 60\r\nContent-Length: 100000\r\n\r\nJPEG");
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> server.post("/v1/classify", new byte[1]).status() == 429);
  }

  private RawHttp client() throws IOException {
    RawHttp client = new RawHttp(port);
    clients.add(client);
    return client;
  }
}
