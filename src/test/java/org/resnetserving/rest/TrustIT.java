package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** How far an answer may be trusted: roll-up, allow-list and unsure, over HTTP. */
@ServerTest
final class TrustIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");
  private static final byte[] CAT = RunningServer.picture("pictures/cat.jpg");

  private final RunningServer server;

  TrustIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @Test
  void rollup_ofACertainAnswer_isTheLabelItself() {
    JsonNode rollup = classify(ESPRESSO, "rollup=true").get("rollup");
    assertThat(rollup.get("label").stringValue()).isEqualTo("espresso");
    assertThat(rollup.get("threshold").doubleValue()).isEqualTo(0.75);
    assertThat(rollup.get("path").size()).isEqualTo(1);
    assertThat(classify(ESPRESSO, "top_k=1").has("rollup")).isFalse();
  }

  @Test
  void rollup_ofALessCertainAnswer_isTheSumOverItsKind() {
    JsonNode answer = classify(CAT, "rollup=0.99&top_k=all");
    JsonNode path = answer.at("/rollup/path");
    assertThat(path.get(0).get("label")).isEqualTo(answer.at("/predictions/0/label"));
    double before = 0;
    for (JsonNode step : path) {
      assertThat(step.get("probability").doubleValue()).isGreaterThanOrEqualTo(before - 1e-12);
      before = step.get("probability").doubleValue();
    }
    assertThat(before).isEqualTo(answer.at("/rollup/probability").doubleValue());
    assertThat(before).isGreaterThanOrEqualTo(0.99);
    assertThat(path.get(path.size() - 2).get("probability").doubleValue()).isLessThan(0.99);
    double sum = 0;
    for (JsonNode prediction : answer.get("predictions")) {
      sum += prediction.get("probability").doubleValue();
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
  }

  @Test
  void labels_allowed_areRankedAlone() {
    JsonNode all = classify(ESPRESSO, "top_k=all").get("predictions");
    JsonNode some = classify(ESPRESSO, "labels=goldfish,n03584254&labels=193").get("predictions");
    assertThat(some.valueStream().map(one -> one.get("label").stringValue()))
        .containsExactlyInAnyOrder("espresso", "iPod", "goldfish");
    assertThat(some.get(0)).isEqualTo(all.get(0));
  }

  @Test
  void unsure_byTheModelsThresholdOrTheRequests_isSaid() {
    assertThat(classify(ESPRESSO, "").get("unsure").booleanValue()).isFalse();
    assertThat(classify(ESPRESSO, "unsure_below=1").get("unsure").booleanValue()).isTrue();
    assertThat(server.get("/v1/models/resnet20-cifar10").json().get("unsure_below").doubleValue())
        .isEqualTo(0.5);
    JsonNode results =
        server
            .form("/v1/classify?rollup=true&unsure_below=1", "image", List.of(ESPRESSO, CAT))
            .json()
            .get("results");
    for (JsonNode result : results) {
      assertThat(result.get("unsure").booleanValue()).isTrue();
      assertThat(result.get("rollup").has("wnid")).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/classify?labels=expresso | 400 | parameter-invalid | the nearest are espresso",
        "/v1/classify?rollup=2 | 400 | parameter-invalid | from 0 to 1",
        "/v1/models/resnet20-cifar10/classify?rollup=true | 422 | answer-unavailable | airplane",
      })
  void request_thatCannotBeAnswered_isRefusedWithTheReason(
      String path, int status, String type, String words) {
    Answer answer = server.form(path, "image", ESPRESSO);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().get("type").stringValue()).endsWith(":" + type);
    assertThat(answer.json().get("detail").stringValue()).contains(words);
  }

  private JsonNode classify(byte[] picture, String query) {
    Answer answer = server.form("/v1/classify?" + query, "image", picture);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }
}
