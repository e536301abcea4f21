package org.resnetserving.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Pooled features over HTTP. */
@ServerTest
final class EmbedIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");
  private static final int CHANNELS = 2048;

  private final RunningServer server;

  EmbedIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @Test
  void embedding_ofAPicture_isANumberForEachChannel() {
    Answer answer = server.form("/v1/embed", "image", ESPRESSO);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode embedding = answer.json().get("embedding");
    assertThat(embedding.size()).isEqualTo(CHANNELS);
    assertThat(embedding.valueStream().mapToDouble(JsonNode::doubleValue))
        .as("the mean of what a ReLU let through")
        .allMatch(value -> value >= 0)
        .anyMatch(value -> value > 0);
    assertThat(
            server.form("/v1/classify?embedding=true", "image", ESPRESSO).json().get("embedding"))
        .isEqualTo(embedding);
  }

  @Test
  void embedding_normalized_hasLengthOne() {
    JsonNode embedding =
        server
            .form("/v1/models/resnet20-cifar10/embed?normalize=true", "image", ESPRESSO)
            .json()
            .get("embedding");
    assertThat(embedding.size()).isEqualTo(64);
    assertThat(
            embedding
                .valueStream()
                .mapToDouble(JsonNode::doubleValue)
                .map(value -> value * value)
                .sum())
        .isCloseTo(1, within(1e-6));
  }

  @Test
  void embeddings_ofSeveralPictures_comeInTheirOrder() {
    JsonNode results =
        server.form("/v1/embed", "image", List.of(new byte[] {1}, ESPRESSO)).json().get("results");
    assertThat(results.get(0).at("/problem/type").stringValue())
        .isEqualTo("urn:resnet-serving:problem:image-unsupported");
    assertThat(results.get(1).get("embedding").size()).isEqualTo(CHANNELS);
  }

  @Test
  void parameter_ofClassify_isUnknownHere() {
    Answer answer = server.form("/v1/embed?top_k=3", "image", ESPRESSO);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("detail").stringValue()).contains("normalize and details");
  }
}
