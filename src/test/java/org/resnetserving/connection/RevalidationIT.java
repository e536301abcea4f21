package org.resnetserving.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RawHttp;
import org.resnetserving.RawHttp.Raw;
import org.resnetserving.RunningServer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What clients may keep, and ask whether it still holds. */
@ServerTest
final class RevalidationIT {
  private final int port;

  RevalidationIT(@LocalServerPort int port) {
    this.port = port;
  }

  @BeforeEach
  void waitUntilReady() {
    RunningServer server = new RunningServer(port);
    server.awaitReady();
    server.awaitReady("resnet20-cifar10");
  }

  private Raw ask(String line, String... headers) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      String all = String.join("\r\n", headers);
      return http.send(
              "%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n"
                  .formatted(line, all.isEmpty() ? "" : all + "\r\n"))
          .answer();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models",
        "/v1/models/resnet50-tiny-imagenet",
        "/v2",
        "/v2/models",
        "/v2/models/resnet20-cifar10",
        "/v2/models/resnet20-cifar10/config",
        "/models",
        "/problems/overloaded",
        "/v3/api-docs",
        "/"
      })
  void description_thatHasNotChanged_isNotSentAgain(String path) throws IOException {
    Raw first = ask("GET " + path);
    String tag = first.header("ETag");
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.body()).isNotEmpty();
    assertThat(tag).isNotEmpty();
    assertThat(first.header("Cache-Control")).isEqualTo("no-cache");

    Raw second = ask("GET " + path, "If-None-Match: \"other\", " + tag);
    assertThat(second.status()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
    assertThat(second.header("ETag")).isEqualTo(tag);
    assertThat(second.header("Cache-Control")).isEqualTo("no-cache");

    Raw other = ask("GET " + path, "If-None-Match: \"other\"");
    assertThat(other.status()).isEqualTo(200);
    assertThat(other.body()).isEqualTo(first.body());
  }

  @Test
  void head_hasTheTagToo() throws IOException {
    String tag = ask("GET /v1/models").header("ETag");
    Raw head = ask("HEAD /v1/models");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("ETag")).isEqualTo(tag);
    assertThat(head.body()).isEmpty();
    assertThat(ask("HEAD /v1/models", "If-None-Match: " + tag).status()).isEqualTo(304);
  }

  @Test
  void descriptions_thatDiffer_haveOtherTags() throws IOException {
    assertThat(ask("GET /v1/models/resnet20-cifar10").header("ETag"))
        .isNotEqualTo(ask("GET /v1/models/resnet50-tiny-imagenet").header("ETag"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1/status", "/v2/health/ready", "/v2/models/stats", "/readyz", "/v1/models/no"})
  void momentaryAnswer_hasNoTag(String path) throws IOException {
    assertThat(ask("GET " + path).header("ETag")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/classify",
        "POST /v1/models/resnet20-cifar10/embed",
        "POST /v1/explain",
        "POST /v1/ensemble/classify",
        "POST /v1/embeddings",
        "PUT /predictions/resnet20-cifar10",
        "PUT /predictions/resnet20-cifar10?format=torchserve",
        "POST /v1/models/resnet20-cifar10:predict",
        "POST /v2/models/resnet20-cifar10/infer"
      })
  void pictures_onACondition_areRefusedUnread(String line) throws IOException {
    for (String tag : new String[] {"\"a\"", "*"}) {
      Raw answer =
          ask(line, "If-None-Match: " + tag, "Content-Type: image/jpeg", "Content-Length: 1000000");
      assertThat(answer.status()).isEqualTo(412);
      assertThat(answer.body()).contains("If-None-Match");
      assertThat(answer.header("ETag")).isEmpty();
    }
  }

  @Test
  void picture_onACondition_ofAModelThatIsNotThere_isToldThat() throws IOException {
    Raw answer = ask("POST /v1/models/no/classify", "If-None-Match: \"a\"", "Content-Length: 0");
    assertThat(answer.status()).isEqualTo(404);
  }
}
