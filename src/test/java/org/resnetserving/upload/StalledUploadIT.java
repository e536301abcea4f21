package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.resnetserving.admission.Permits;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Uploads that stop, and bodies where none is wanted, on a server of ten threads. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      "resnet.connections.per-address=40",
      "server.tomcat.threads.max=10"
    })
final class StalledUploadIT {
  private static final String HEAD = "POST /v1/classify HTTP/1.1\r\nHost: x\r\n";
  private static final String FORM = "Content-Type: multipart/form-data; boundary=X\r\n";
  private static final String PART =
      "--X\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\nJPEG";

  private final RunningServer server;
  private final Permits uploadMemory;
  private final int port;

  @Autowired
  StalledUploadIT(@LocalServerPort int port, Permits uploadMemory) {
    this.port = port;
    this.uploadMemory = uploadMemory;
    server = new RunningServer(port);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: image/jpeg\r\nContent-Length: 9999999\r\n\r\nJPEG",
        "Content-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nJPEG\r\n",
        FORM + "Content-Length: 9999999\r\n\r\n" + PART,
        FORM + "Transfer-Encoding: chunked\r\n\r\n5a\r\n" + PART
      })
  void upload_thatStalls_isTimedOutAtItsDeadline(String rest) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      Raw answer = http.send(HEAD + "Request-Timeout: 0.4\r\n" + rest).answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(408);
      assertThat(answer.json().get("type").stringValue()).endsWith(":upload-timeout");
      assertThat(answer.json().get("detail").stringValue()).contains("PT0.4S");
      assertThat(http.closed()).isTrue();
    }
    // That of the clients of another test, too.
    await().until(() -> uploadMemory.inUse() == 0);
  }

  @Test
  void uploads_thatStall_holdMemoryForWhatCameOnly() throws IOException {
    List<RawHttp> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        clients.add(
            new RawHttp(port)
                .send(HEAD + "Content-Type: image/jpeg\r\nContent-Length: 20000000\r\n\r\nJPEG"));
        clients.add(
            new RawHttp(port).send(HEAD + FORM + "Content-Length: 20000000\r\n\r\n" + PART));
      }
      await().atMost(Duration.ofMinutes(1)).until(() -> uploadMemory.inUse() > 0);
      assertThat(uploadMemory.inUse()).isLessThanOrEqualTo(10 * 64 * 1024);
    } finally {
      for (RawHttp client : clients) {
        client.close();
      }
    }
  }

  @Test
  void probes_areAnswered_whateverBodiesOtherProbesHave() throws IOException {
    List<RawHttp> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 30; i++) {
        clients.add(
            new RawHttp(port)
                .send("GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 250\r\n\r\nx"));
      }
      assertThat(server.get("/livez").status()).isEqualTo(200);
      for (RawHttp client : clients) {
        assertThat(client.answer().status()).isEqualTo(200);
        // Its rest is not waited for longer than two seconds, though nothing of it comes.
        assertThat(client.closed()).isTrue();
      }
    } finally {
      for (RawHttp client : clients) {
        client.close();
      }
    }
  }

  @Test
  void address_withAsManyConnectionsAsItMayHave_getsNoMore() throws IOException {
    List<RawHttp> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        clients.add(new RawHttp(port));
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> {
                try (RawHttp one = new RawHttp(port)) {
                  assertThat(one.closed()).isTrue();
                }
              });
    } finally {
      for (RawHttp client : clients) {
        client.close();
      }
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(
            () -> {
              try (RawHttp one = new RawHttp(port)) {
                return one.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").answer().status() == 200;
              }
            });
  }
}
