package org.resnetserving.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** That pictures are answered by their URL as if they had been sent. */
@ServerTest
@DirtiesContext
final class RemotePicturesIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");
  private static final PictureHost HOST = host();

  private final RunningServer server;
  private final RunningServer management;

  RemotePicturesIT(@LocalServerPort int port, @LocalManagementPort int management) {
    this.server = new RunningServer(port);
    this.management = new RunningServer(management);
  }

  private static PictureHost host() {
    try {
      PictureHost host = new PictureHost("127.0.0.1");
      host.answer(
          "/espresso.jpg",
          "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(ESPRESSO.length),
          ESPRESSO);
      host.answer("/large.jpg", "HTTP/1.1 200 OK\r\nContent-Length: 20971521\r\n\r\n", new byte[9]);
      host.answer("/page", "HTTP/1.1 200 OK\r\n\r\n", "<html>".getBytes(StandardCharsets.US_ASCII));
      host.answer("/slow.jpg", out -> host.hang());
      return host;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry settings) {
    settings.add("resnet.url.hosts", () -> "localhost:" + HOST.port() + ",img.example.org");
    settings.add("resnet.url.allow-http", () -> "true");
    settings.add("resnet.url.allow-networks", () -> "127.0.0.1/32");
  }

  @AfterAll
  static void stop() throws IOException {
    HOST.close();
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @Test
  void picture_byItsUrl_isAnsweredAsIfItHadBeenSent() {
    JsonNode sent = server.form("/v1/classify", "image", ESPRESSO).json();
    Answer answer = json("/v1/classify", "{\"images\": [\"%s\"]}", url("/espresso.jpg"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.json().get("predictions")).isEqualTo(sent.get("predictions"));
    assertThat(management.get("/actuator/prometheus").text())
        .containsPattern(
            "resnet_url_fetch_duration_seconds_count\\{[^}]*outcome=\"ok\"[^}]*} [1-9]");
  }

  @Test
  void pictures_byTheirUrls_haveTheirProblemsAndHarmNoOther() {
    Answer answer =
        json(
            "/v1/classify",
            "{\"images\": [\"%s\", {\"url\": \"%s\"}, {\"url\": \"%s\"}, {\"image_url\": {\"url\": \"%s\"}}, \"%s\", {\"url\": \"https://evil.example/\"}]}",
            url("/espresso.jpg"),
            url("/none.jpg"),
            url("/large.jpg"),
            url("/espresso.jpg"),
            url("/page"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    List<String> types =
        answer
            .json()
            .get("results")
            .valueStream()
            .map(result -> result.path("problem").path("type").stringValue("ok"))
            .map(type -> type.substring(type.lastIndexOf(':') + 1))
            .toList();
    assertThat(types)
        .containsExactly(
            "ok",
            "url-fetch-failed",
            "image-too-large",
            "ok",
            "image-unsupported",
            "url-not-allowed");
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example/, 422, url-not-allowed",
    "http://127.0.0.1:%d/espresso.jpg, 422, url-not-allowed",
    "http://u:p@localhost:%d/espresso.jpg, 422, url-not-allowed",
    "http://localhost:%d/none.jpg, 424, url-fetch-failed",
    "http://localhost:%d/large.jpg, 413, image-too-large"
  })
  void picture_alone_thatIsNotFetched_isTheAnswersStatus(String url, int status, String type) {
    Answer answer =
        json("/v1/classify", "{\"images\": {\"url\": \"%s\"}}", url.formatted(HOST.port()));
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().get("type").stringValue()).endsWith(":" + type);
  }

  @Test
  void deadline_whichPassesWhileAPictureIsFetched_isTheRequests() {
    Answer answer =
        server.post(
            "/v1/classify",
            "{\"images\": [\"%s\"]}".formatted(url("/slow.jpg")).getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/json",
            "Request-Timeout",
            "1");
    assertThat(answer.status()).as(answer.text()).isEqualTo(504);
  }

  @Test
  void otherClients_nameTheirPicturesLikewise() {
    Answer openAi =
        json(
            "/v1/embeddings",
            "{\"model\": \"resnet50-tiny-imagenet\", \"input\": [\"%s\"]}",
            url("/espresso.jpg"));
    assertThat(openAi.status()).as(openAi.text()).isEqualTo(200);
    Answer kserve =
        json(
            "/v1/models/resnet50-tiny-imagenet:predict",
            "{\"instances\": [{\"url\": \"%s\"}]}",
            url("/espresso.jpg"));
    assertThat(kserve.status()).as(kserve.text()).isEqualTo(200);
  }

  private static String url(String path) {
    return "http://localhost:" + HOST.port() + path;
  }

  private Answer json(String path, String json, Object... urls) {
    return server.post(
        path,
        json.formatted(urls).getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/json");
  }
}
