package org.resnetserving.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What a browser is told whose reader has a page of another origin open. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      // One is kept from requests with a body.
      "server.tomcat.threads.max=11",
      "resnet.admission.min-upload-rate=0",
      "resnet.cors.allowed-origins=https://pictures.example,http://localhost:3000",
      "resnet.cors.max-age=10m",
      "resnet.security.api-keys=a-test:" + KeysIT.HASH
    })
final class OriginsIT {
  private static final String ALLOWED = "https://pictures.example";
  private static final String KEY = "~X-API-Key: " + KeysIT.KEY;

  private final int port;

  OriginsIT(@LocalServerPort int port) {
    this.port = port;
  }

  @BeforeEach
  void waitUntilReady() {
    RunningServer server = new RunningServer(port);
    await().atMost(Duration.ofMinutes(2)).until(() -> server.get("/readyz").status() == 200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/classify",
        "/v1/explain",
        "/v1/embeddings",
        "/v2/models/resnet20-cifar10/infer",
        "/v1/models/resnet20-cifar10:predict",
        "/predictions/resnet20-cifar10",
        "/nowhere"
      })
  void preflight_ofAnAllowedOrigin_needsNoKey(String path) throws IOException {
    Raw answer =
        ask(
            "OPTIONS %s HTTP/1.1~Host: x~Origin: %s~Access-Control-Request-Method: POST~Access-Control-Request-Headers: authorization, content-type, x-stainless-lang"
                .formatted(path, ALLOWED));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
    assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST");
    assertThat(answer.header("Access-Control-Allow-Headers"))
        .contains("authorization", "content-type", "x-stainless-lang");
    assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("600");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(answer.header("Vary")).contains("Origin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://pictures.example.evil",
        "http://pictures.example",
        "https://pictures.example:8443",
        "null"
      })
  void preflight_ofAnotherOrigin_isRefused(String origin) throws IOException {
    Raw answer =
        ask(
            "OPTIONS /v1/classify HTTP/1.1~Host: x~Origin: %s~Access-Control-Request-Method: POST"
                .formatted(origin));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    assertThat(answer.json().get("type").stringValue())
        .isEqualTo("urn:resnet-serving:problem:origin-not-allowed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET /v1/models HTTP/1.1~Host: x | | 401
          GET /v2/models HTTP/1.1~Host: x | | 401
          GET /v1/models HTTP/1.1~Host: x | key | 200
          GET /nowhere HTTP/1.1~Host: x | key | 404
          PUT /v1/models HTTP/1.1~Host: x~Content-Length: 0 | key | 405
          POST /v1/classify HTTP/1.1~Host: x~Content-Type: text/x~Content-Length: 1 | key | 415
          POST /v1/embeddings HTTP/1.1~Host: x~Content-Type: application/json~Content-Length: 1~~x | key | 400
          """)
  void answer_ofAnyStatus_canBeReadByTheAllowedPage(String request, String key, int status)
      throws IOException {
    String[] parts = request.split("~~", 2);
    Raw answer =
        ask(
            parts[0] + "~Origin: " + ALLOWED + (key == null ? "" : KEY),
            parts.length < 2 ? "x" : parts[1]);
    assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(status);
    assertCanBeRead(answer);
  }

  @ParameterizedTest
  @CsvSource({"/v1/classify,429", "/v2/models/resnet20-cifar10/infer,503"})
  void answer_whereThereIsNoRoom_canBeReadByTheAllowedPage(String path, int status)
      throws IOException {
    String head =
        "POST %s HTTP/1.1~Host: x~Content-Type: image/jpeg~Content-Length: 2~Inference-Header-Content-Length: 0~Origin: %s"
                .formatted(path, ALLOWED)
            + KEY;
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        slow.add(
            new RawHttp(port)
                .send((head + "~Request-Timeout: 60").replace("~", "\r\n") + "\r\n\r\nx"));
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> {
                Raw answer = ask(head, "xx");
                assertThat(answer.status()).as(answer.body()).isEqualTo(status);
                assertThat(answer.header("Retry-After")).isNotEmpty();
                assertCanBeRead(answer);
              });
    } finally {
      for (RawHttp http : slow) {
        http.close();
      }
    }
  }

  private static void assertCanBeRead(Raw answer) {
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ALLOWED);
    assertThat(answer.header("Access-Control-Expose-Headers")).isEqualTo("*");
    assertThat(answer.header("Vary")).contains("Origin");
  }

  @Test
  void answer_toAnotherOrigin_comesButNotToItsPage() throws IOException {
    Raw answer = ask("GET /v1/models HTTP/1.1~Host: x~Origin: https://other.example" + KEY);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.head()).doesNotContain("Access-Control-");
    assertThat(answer.header("Vary")).contains("Origin");
  }

  @Test
  void answer_toNoPage_saysNothingOfOrigins() throws IOException {
    assertThat(ask("GET /v1/models HTTP/1.1~Host: x" + KEY).head())
        .doesNotContain("\nAccess-Control-");
  }

  private Raw ask(String head) throws IOException {
    return ask(head, "");
  }

  private Raw ask(String head, String body) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      return http.send(head.replace("~", "\r\n") + "\r\n\r\n" + body).answer();
    }
  }
}
