package org.resnetserving.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** TLS by a bundle of PEM files; connections are bounded as they are without. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "management.server.ssl.enabled=false",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      "resnet.connections.per-address=20",
      "server.tomcat.connection-timeout=5s",
      "server.ssl.bundle=web"
    })
@DirtiesContext // Its certificates are its own.
final class TlsIT {
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");

  @TempDir private static Path folder;
  private static TestCertificate first;

  private final int port;
  private final int managementPort;

  TlsIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    this.port = port;
    this.managementPort = managementPort;
  }

  @BeforeAll
  static void makeCertificate() throws Exception {
    first = TestCertificate.make(folder, "localhost");
  }

  @DynamicPropertySource
  static void bundle(DynamicPropertyRegistry properties) {
    String keystore = "spring.ssl.bundle.pem.web.keystore.";
    properties.add(keystore + "certificate", () -> "file:" + folder.resolve("localhost.crt"));
    properties.add(keystore + "private-key", () -> "file:" + folder.resolve("localhost.key"));
  }

  @BeforeEach
  void waitUntilReady() {
    RunningServer management = new RunningServer(managementPort);
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              Answer answer = management.get("/actuator/health/readiness");
              assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            });
  }

  @Test
  void picture_overTls_isClassified() throws Exception {
    HttpResponse<String> answer = classify(first.client(null));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"predictions\"");
    assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
  }

  @Test
  void request_withoutTls_isToldThatItIsWanted() throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      Raw answer = http.send("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n").answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("requires TLS");
      assertThat(http.closed()).isTrue();
    }
  }

  @Test
  void protocol_thatIsOld_isRefused() throws Exception {
    assertThatThrownBy(
            () -> {
              try (SSLSocket socket =
                  (SSLSocket)
                      first
                          .client(null)
                          .getSocketFactory()
                          .createSocket(InetAddress.getLoopbackAddress(), port)) {
                socket.setEnabledProtocols(new String[] {"TLSv1.1"});
                socket.startHandshake();
              }
            })
        .isInstanceOf(IOException.class);
  }

  @Test
  void client_thatSaysNothing_isLeftAfterTheConnectionTimeout() throws Exception {
    try (RawHttp silent = new RawHttp(port);
        RawHttp begun = new RawHttp(port).send(new byte[] {22, 3, 1, 2, 0, 1});
        RawHttp afterHandshake = tls(first.client(null)).send("GET /v1/models HTTP/1.1\r\nHo")) {
      assertThat(silent.closed()).isTrue();
      assertThat(begun.closed()).isTrue();
      assertThat(afterHandshake.closed()).isTrue();
    }
  }

  @Test
  void handshake_thatComesByteByByte_isLeftAfterTheConnectionTimeout() throws Exception {
    // A record of 16 KB, and after the handshake another.
    byte[] hello = {22, 3, 1, 0x3f, (byte) 0xff, 1, 0, 0x3f, (byte) 0xfb, 3, 3};
    try (RawHttp begun = new RawHttp(port).send(hello)) {
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(100))
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> begun.send(new byte[] {0}))
                      .isInstanceOf(IOException.class));
    }
  }

  @Test
  void upload_thatStalls_isTimedOutAtItsDeadline() throws Exception {
    try (RawHttp http = tls(first.client(null))) {
      Raw answer =
          http.send(
                  "POST /v1/classify HTTP/1.1\r\nHost: x\r\nRequest-Timeout: 0.4\r\n"
                      + "Content-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\nJPEG")
              .answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(408);
      assertThat(answer.json().get("detail").stringValue()).contains("PT0.4S");
      assertThat(http.closed()).isTrue();
    }
  }

  @Test
  void upload_thatIsRefusedBeforeItIsSent_isToldSo() throws Exception {
    int length = 48 << 20;
    try (RawHttp http = tls(first.client(null))) {
      // It does not wait for what it asks for.
      http.send(
          "POST /v1/classify HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
              + "Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n".formatted(length));
      assertThat(http.send(new byte[length]).answer().status()).isEqualTo(413);
      assertThat(http.closed()).isTrue();
    }
  }

  @Test
  void address_withAsManyConnectionsAsItMayHave_getsNoMore_andThenAgain() throws Exception {
    List<RawHttp> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        clients.add(new RawHttp(port));
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .ignoreExceptions()
          .until(
              () -> {
                try (RawHttp one = new RawHttp(port)) {
                  return one.closed();
                }
              });
    } finally {
      for (RawHttp client : clients) {
        client.close();
      }
    }
    // Handshakes that failed are counted no longer either.
    for (int i = 0; i < 40; i++) {
      try (RawHttp http = new RawHttp(port)) {
        http.send("no TLS\r\n\r\n");
      }
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> classify(first.client(null)).statusCode() == 200);
  }

  @Test
  void management_toldToBePlain_isSo() {
    assertThat(new RunningServer(managementPort).get("/actuator/health").status()).isEqualTo(200);
  }

  private HttpResponse<String> classify(SSLContext context) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(context)
        .connectTimeout(Duration.ofSeconds(10))
        .build()
        .send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/v1/classify"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "image/jpeg")
                .POST(BodyPublishers.ofByteArray(PICTURE))
                .build(),
            BodyHandlers.ofString());
  }

  private RawHttp tls(SSLContext context) throws IOException {
    return new RawHttp(
        context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port));
  }
}
