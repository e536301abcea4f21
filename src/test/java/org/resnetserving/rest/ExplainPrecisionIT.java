package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.engine.CpuFeatures;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import tools.jackson.databind.JsonNode;

/** Class activation maps of the programs with fewer bits, over HTTP, of the bundled ResNet-50. */
final class ExplainPrecisionIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");

  @Nested
  @DirtiesContext
  @SpringBootTest(
      webEnvironment = WebEnvironment.RANDOM_PORT,
      properties = {"management.server.port=0", "resnet.serving.precision=bf16"})
  final class Bf16 {
    @Test
    void maps_giveTheProbabilitiesBack(@LocalServerPort int port) {
      assumeTrue(CpuFeatures.has("avx512_bf16"));
      check(port, "bf16");
    }
  }

  @Nested
  @DirtiesContext
  @SpringBootTest(
      webEnvironment = WebEnvironment.RANDOM_PORT,
      properties = {"management.server.port=0", "resnet.serving.precision=int8"})
  final class Int8 {
    @Test
    void maps_giveTheProbabilitiesBack(@LocalServerPort int port) {
      check(port, "int8");
    }
  }

  /** The logits that two maps come to are as far apart as those that gave the probabilities. */
  private static void check(int port, String precision) {
    RunningServer server = new RunningServer(port);
    server.awaitReady();
    JsonNode answer = server.form("/v1/classify?details=true&top_k=2", "image", ESPRESSO).json();
    assertThat(answer.at("/details/precision").stringValue()).isEqualTo(precision);
    JsonNode first = answer.at("/predictions/0");
    JsonNode second = answer.at("/predictions/1");
    JsonNode best = server.form("/v1/explain", "image", ESPRESSO).json();
    assertThat(best.at("/class/label")).isEqualTo(first.get("label"));
    assertThat(best.at("/class/label").stringValue()).isEqualTo("espresso");
    JsonNode other =
        server
            .form("/v1/explain?class=" + second.get("index").intValue(), "image", ESPRESSO)
            .json();
    double odds =
        Math.log(first.get("probability").doubleValue() / second.get("probability").doubleValue());
    assertThat(logit(best) - logit(other)).isCloseTo(odds, within(0.02 * odds));
  }

  private static double logit(JsonNode map) {
    return map.at("/grid/bias").doubleValue()
        + map.at("/grid/values")
            .valueStream()
            .flatMap(JsonNode::valueStream)
            .mapToDouble(JsonNode::doubleValue)
            .average()
            .orElseThrow();
  }
}
