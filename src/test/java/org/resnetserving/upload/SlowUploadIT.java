package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** More clients that do not finish their uploads than the server has threads. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      "server.tomcat.threads.max=10",
      "resnet.admission.min-upload-rate=0"
    })
final class SlowUploadIT {
  private static final int CLIENTS = 30;

  private final RunningServer server;
  private final int port;

  SlowUploadIT(@LocalServerPort int port) {
    this.port = port;
    server = new RunningServer(port);
  }

  @Test
  void probes_areAnswered_whateverClientsAreSlow_andPicturesAfterwards() throws Exception {
    await().atMost(Duration.ofMinutes(2)).until(() -> server.get("/readyz").status() == 200);
    byte[] picture = RunningServer.picture("pictures/cat.jpg");
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        slow.add(slowUpload());
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> server.form("/v1/classify", "image", picture).status() == 429);
      assertThat(server.get("/livez").status()).isEqualTo(200);
      assertThat(server.form("/v1/classify", "image", picture).json().get("resource").stringValue())
          .isEqualTo("requests at once");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> server.form("/v1/classify", "image", picture).status() == 200);
  }

  /** Sends the beginning of a picture, and nothing more for longer than the test takes. */
  private Socket slowUpload() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket
        .getOutputStream()
        .write(
            ("POST /v1/classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\n"
                    + "Request-Timeout: 60\r\nContent-Length: 100000\r\n\r\nJPEG")
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }
}
