package org.resnetserving.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A service that asks for keys asks at every face, before it reads anything. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "management.endpoints.web.exposure.include=health,info,prometheus,models",
      "management.endpoint.models.access=unrestricted",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      // The SHA-256 of "the key of a test".
      "resnet.security.api-keys=a-test:" + KeysIT.HASH
    })
final class KeysIT {
  static final String KEY = "the key of a test";
  static final String HASH = "02b74171c4f1b56c3d9917c66c08b5e44261e233cfbf04829006a23b2aa0dd14";

  private static final String[] BEARER = {"Authorization", "Bearer " + KEY};
  private static final byte[] PICTURE = RunningServer.picture("pictures/espresso.jpg");

  private final int port;
  private final RunningServer server;
  private final RunningServer management;

  KeysIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    this.port = port;
    server = new RunningServer(port);
    management = new RunningServer(managementPort);
  }

  @BeforeEach
  void waitUntilReady() {
    await().atMost(Duration.ofMinutes(2)).until(() -> server.get("/readyz").status() == 200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/classify",
        "/v1/models/resnet20-cifar10/classify",
        "/v1/embed",
        "/v1/explain",
        "/v1/ensemble/classify",
        "/v1/somewhere-else"
      })
  void upload_withoutAKey_isRefusedBeforeItIsRead(String path) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      // Not one byte of the body comes, and the answer is there.
      Raw answer =
          http.send(
                  "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n"
                      .formatted(path))
              .answer();
      assertThat(answer.status()).as(answer.head()).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"resnet-serving\"");
      assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
      assertThat(answer.json().get("type").stringValue())
          .isEqualTo("urn:resnet-serving:problem:api-key-missing");
      assertThat(answer.json().get("help").stringValue()).isEqualTo("/problems/api-key-missing");
      assertThat(answer.json().has("request_id")).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST | /v2/models/resnet20-cifar10/infer     | "error":"This service asks
          GET  | /v2/models                            | "error":"This service asks
          POST | /v1/models/resnet20-cifar10:predict   | "error":"This service asks
          POST | /v1/embeddings                        | "code":"api_key_missing"
          POST | /predictions/resnet20-cifar10         | "title":"API key is missing"
          GET  | /v1/models                            | "title":"API key is missing"
          GET  | /v1/status                            | "title":"API key is missing"
          GET  | /models                               | "error":"This service asks
          PUT  | /v1/models                            | "title":"API key is missing"
          GET  | /nowhere                              | "title":"API key is missing"
          """)
  void refusal_atAnAddress_isInItsWords(String method, String path, String words)
      throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      Raw answer =
          http.send(
                  "%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".formatted(method, path))
              .answer();
      assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
      assertThat(answer.body()).contains(words);
    }
  }

  @Test
  void refusal_inNoFormatThatIsAccepted_isAProblemDocument() {
    Answer answer =
        server.post("/v1/explain", PICTURE, "Content-Type", "image/jpeg", "Accept", "image/png");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().get("type").stringValue()).endsWith("api-key-missing");
  }

  @Test
  void key_inEitherHeader_isTaken() {
    for (String[] header :
        new String[][] {BEARER, {"X-API-Key", KEY}, {"authorization", "bearer " + KEY}}) {
      Answer answer =
          server.post("/v1/classify", PICTURE, "Content-Type", "image/jpeg", header[0], header[1]);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.response().headers().map())
          .doesNotContainKeys("set-cookie", "x-frame-options", "pragma", "expires");
    }
    assertThat(server.get("/v1/models", BEARER).status()).isEqualTo(200);
    assertThat(server.get("/nowhere", BEARER).status()).isEqualTo(404);
    assertThat(server.get("/v1/classify", BEARER).status()).isEqualTo(405);
    assertThat(management.get("/actuator/prometheus").text())
        .contains("resnet_client_requests_total{client=\"a-test\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the key of a tesT",
        "x",
        "02b74171c4f1b56c3d9917c66c08b5e44261e233cfbf04829006a23b2aa0dd14"
      })
  void key_thatNobodyHas_isRefusedAndCounted(String key) {
    Answer answer = server.get("/v1/models", "Authorization", "Bearer " + key);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).endsWith("error=\"invalid_token\"");
    assertThat(answer.json().get("type").stringValue()).endsWith("api-key-unknown");
    assertThat(answer.text()).doesNotContain(key + "'");
    assertThat(management.get("/actuator/prometheus").text())
        .contains("resnet_keys_refused_total{reason=\"api-key-unknown\"}");
  }

  @Test
  void password_ofAnotherScheme_isNoKey() {
    assertThat(
            server
                .get("/v1/models", "Authorization", "Basic dTpw")
                .json()
                .get("type")
                .stringValue())
        .endsWith("api-key-missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/livez",
        "/readyz",
        "/ping",
        "/v2/health/live",
        "/v2/health/ready",
        "/",
        "/problems",
        "/problems/api-key-missing",
        "/v3/api-docs",
        "/swagger-ui/index.html"
      })
  void probesAndWhatHelps_needNoKey(String path) {
    assertThat(server.get(path).status()).isEqualTo(200);
    // Nor does a wrong one harm them.
    assertThat(server.get(path, "X-API-Key", "wrong").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/../v1/models",
        "/page/%2e%2e/v1/models",
        "/page/..;/v1/models",
        "/page/..%2fv1/models",
        "//v1/models",
        "/v1/models;/livez",
        "/livez/../v1/models",
        "/V1/../v1/models",
        "/v1//models",
        "/problems/..\\v1/models",
        "/v1/models%00/livez"
      })
  void path_thatPretendsToBeAnOpenOne_isNoWayIn(String path) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      Raw answer = http.send("GET %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(path)).answer();
      assertThat(answer.status()).as(answer.body()).isIn(400, 401);
      assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    }
  }

  @Test
  void page_itsFiles_needNoKey() {
    String html = server.get("/").text();
    String script = html.replaceAll("(?s).*src=\"(page/[^\"]+page.js)\".*", "$1");
    assertThat(server.get("/" + script).status()).isEqualTo(200);
  }

  @Test
  void document_ofTheApi_saysHowKeysAreSent() {
    assertThat(server.get("/v3/api-docs").text())
        .contains("\"securitySchemes\"", "\"scheme\":\"bearer\"", "\"name\":\"X-API-Key\"");
  }

  @Test
  void management_readsForAll_writesForClients() {
    assertThat(management.get("/actuator/health").status()).isEqualTo(200);
    assertThat(management.get("/actuator/models").status()).isEqualTo(200);
    Answer refused = management.post("/actuator/models/resnet20-cifar10", new byte[0]);
    assertThat(refused.status()).as(refused.text()).isEqualTo(401);
    assertThat(refused.json().get("type").stringValue()).endsWith("api-key-missing");
    assertThat(management.delete("/actuator/models/resnet20-cifar10").status()).isEqualTo(401);
    assertThat(
            management
                .post(
                    "/actuator/models/nothing",
                    new byte[0],
                    "Content-Type",
                    "application/json",
                    "X-API-Key",
                    KEY)
                .status())
        .isEqualTo(400);
  }
}
