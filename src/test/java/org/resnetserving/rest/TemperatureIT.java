package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RunningServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** A descriptor's temperature, in all that is said of probabilities, over HTTP. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.serving.precision=fp32",
      "resnet.models=cool,plain"
    })
final class TemperatureIT {
  private static final byte[] CAT = RunningServer.picture("pictures/cat.jpg");
  private static final double TEMPERATURE = 2.5;

  @TempDir private static Path folder;

  private final RunningServer server;

  TemperatureIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    String bundled = SmallModel.descriptor();
    Files.writeString(folder.resolve("plain.yml"), bundled);
    Files.writeString(
        folder.resolve("cool.yml"),
        bundled.replaceFirst("unsure_below: .*", "unsure_below: 0.6\ntemperature: " + TEMPERATURE));
    registry.add("resnet.models-directory", folder::toString);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  /** PyTorch's logits of cat.jpg say cat with 0.88; over 2.5 they do not. */
  @Test
  void probabilities_areOfTheLogitsOverTheTemperature_andLogitsAsTheyAre() {
    double[] logits = output("cool", "logits");
    assertThat(logits).containsExactly(output("plain", "logits"), within(1e-5));
    double[] expected = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      expected[i] = Math.exp(logits[i] / TEMPERATURE);
    }
    double sum = Arrays.stream(expected).sum();
    Arrays.setAll(expected, i -> expected[i] / sum);
    assertThat(output("cool", "probabilities")).containsExactly(expected, within(1e-6));

    JsonNode cool = classify("cool").get("predictions");
    JsonNode plain = classify("plain").get("predictions");
    for (int i = 0; i < logits.length; i++) {
      assertThat(cool.get(i).get("label")).isEqualTo(plain.get(i).get("label"));
      assertThat(cool.get(i).get("probability").doubleValue())
          .isCloseTo(expected[cool.get(i).get("index").intValue()], within(1e-6));
    }
    assertThat(plain.at("/0/probability").doubleValue()).isGreaterThan(0.85);
    assertThat(cool.at("/0/probability").doubleValue()).isLessThan(0.6);
  }

  @Test
  void unsure_isOfTheCalibratedProbability() {
    assertThat(classify("cool").get("unsure").booleanValue()).isTrue();
    assertThat(classify("plain").get("unsure").booleanValue()).isFalse();
  }

  @Test
  void ensemble_averagesEachModelsOwnProbabilities() {
    double mean =
        (classify("cool").at("/predictions/0/probability").doubleValue()
                + classify("plain").at("/predictions/0/probability").doubleValue())
            / 2;
    JsonNode together =
        server.form("/v1/ensemble/classify?models=cool,plain&top_k=all", "image", CAT).json();
    assertThat(together.at("/predictions/0/probability").doubleValue())
        .isCloseTo(mean, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/models/%s/explain", "/predictions/%s"})
  void otherAnswers_sayTheSameProbability(String path) {
    JsonNode answer = server.form(path.formatted("cool"), "image", CAT).json();
    assertThat(answer.findValue("probability").doubleValue())
        .isCloseTo(classify("cool").at("/predictions/0/probability").doubleValue(), within(1e-6));
  }

  @Test
  void model_tellsItsTemperature() {
    assertThat(server.get("/v1/models/cool").json().get("temperature").doubleValue())
        .isEqualTo(TEMPERATURE);
    assertThat(server.get("/v1/models/plain").json().has("temperature")).isFalse();
  }

  private JsonNode classify(String model) {
    return server.form("/v1/models/" + model + "/classify?top_k=all", "image", CAT).json();
  }

  private double[] output(String model, String name) {
    String header =
        ("{\"inputs\": [{\"name\": \"input\", \"shape\": [1, 1], \"datatype\": \"BYTES\","
                + " \"parameters\": {\"binary_data_size\": %d}}], \"outputs\": [{\"name\": \"%s\"}]}")
            .formatted(Integer.BYTES + CAT.length, name);
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body =
        ByteBuffer.allocate(json.length + Integer.BYTES + CAT.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(json)
            .putInt(CAT.length)
            .put(CAT);
    JsonNode answer =
        server
            .post(
                "/v2/models/" + model + "/infer",
                body.array(),
                "Inference-Header-Content-Length",
                Integer.toString(json.length))
            .json();
    assertThat(answer.has("outputs")).as(answer.toString()).isTrue();
    return answer.at("/outputs/0/data").valueStream().mapToDouble(JsonNode::doubleValue).toArray();
  }
}
