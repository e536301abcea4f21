package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * Several models that answer as one, over HTTP: two of the same weights that are shown others
 * pixels.
 */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.serving.precision=fp32",
      "resnet.models=one,other,headstrong,missing"
    })
final class EnsembleIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");
  private static final byte[] CAT = RunningServer.picture("pictures/cat.jpg");
  private static final String TOGETHER = "/v1/ensemble/classify?models=";

  @TempDir private static Path folder;

  private final RunningServer server;

  EnsembleIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    String bundled = SmallModel.descriptor();
    Files.writeString(folder.resolve("one.yml"), bundled);
    Files.writeString(
        folder.resolve("other.yml"),
        bundled.replace("interpolation: bilinear", "interpolation: bicubic"));
    List<String> labels = Files.readAllLines(SmallModel.FOLDER.resolve("labels.txt"));
    labels.set(3, "lynx");
    Files.write(folder.resolve("labels.txt"), labels);
    Files.writeString(
        folder.resolve("headstrong.yml"), bundled.replaceFirst("labels: .*", "labels: labels.txt"));
    Files.writeString(
        folder.resolve("missing.yml"),
        bundled
            .replaceFirst("file: .*", "file: nowhere.safetensors")
            .replaceFirst(" +sha256: .*\n", ""));
    registry.add("resnet.models-directory", folder::toString);
  }

  @BeforeEach
  void waitUntilReady() {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                server
                    .get("/v1/models")
                    .json()
                    .get("models")
                    .valueStream()
                    .map(model -> model.get("state").stringValue())
                    .allMatch(state -> state.equals("ready") || state.equals("failed")));
  }

  @Test
  void answer_ofSeveralModels_isTheMeanOfTheirProbabilities() {
    Map<String, Double> one = probabilities("/v1/models/one/classify?top_k=all");
    Map<String, Double> other = probabilities("/v1/models/other/classify?top_k=all");
    assertThat(one).isNotEqualTo(other);
    Map<String, Double> together = probabilities(TOGETHER + "one,other&top_k=all");
    assertThat(together).hasSize(10);
    together.forEach(
        (label, probability) ->
            assertThat(probability)
                .isCloseTo((one.get(label) + other.get(label)) / 2, within(1e-6)));
    assertThat(together.values().stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void pictures_severalOfThem_areEachAnswered() {
    JsonNode answer =
        server
            .form(
                TOGETHER + "one,other&unsure_below=0",
                "image",
                List.of(CAT, Arrays.copyOf(CAT, CAT.length / 2)))
            .json();
    assertThat(answer.get("models").valueStream().map(JsonNode::stringValue))
        .containsExactly("one", "other");
    assertThat(answer.at("/results/0/predictions").size()).isEqualTo(5);
    assertThat(answer.at("/results/0/unsure").booleanValue()).isFalse();
    assertThat(answer.at("/results/1/problem/type").stringValue()).endsWith("image-truncated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one,headstrong | 400 | parameter-invalid | class 3 is 'cat' and 'lynx'",
        "one | 400 | parameter-invalid | 2 to 8 models",
        "one,one | 400 | parameter-invalid | 2 to 8 models",
        "one,nobody | 404 | model-unknown | nobody",
        "one,missing | 503 | model-not-ready | 'missing'",
        "one,other&details=true | 400 | parameter-invalid | 'details'",
        "one,other&rollup=true | 422 | answer-unavailable | airplane",
      })
  void models_thatCannotAnswerTogether_areRefusedWithTheReason(
      String query, int status, String type, String words) {
    Answer answer = server.form(TOGETHER + query, "image", ESPRESSO);
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().get("type").stringValue()).endsWith(":" + type);
    assertThat(answer.json().get("detail").stringValue()).contains(words);
  }

  private Map<String, Double> probabilities(String path) {
    Answer answer = server.form(path, "image", CAT);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer
        .json()
        .get("predictions")
        .valueStream()
        .collect(
            Collectors.toMap(
                one -> one.get("label").stringValue(),
                one -> one.get("probability").doubleValue()));
  }
}
