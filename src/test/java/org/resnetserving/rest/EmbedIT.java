package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
    assertThat(results.get(0).at("/problem/help").stringValue())
        .isEqualTo("/problems/image-unsupported");
    assertThat(results.get(1).get("embedding").size()).isEqualTo(CHANNELS);
  }

  @Test
  void embeddings_asOpenAisClientsAsk_areTheSame() {
    String question =
        "{\"model\": \"resnet20-cifar10\", \"encoding_format\": \"base64\", \"input\": [\"data:image/jpeg;base64,%s\"]}"
            .formatted(Base64.getEncoder().encodeToString(ESPRESSO));
    Answer answer = openAi(question);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("object").stringValue()).isEqualTo("list");
    assertThat(answer.json().at("/usage/prompt_tokens").intValue()).isZero();
    FloatBuffer packed =
        ByteBuffer.wrap(
                Base64.getDecoder().decode(answer.json().at("/data/0/embedding").stringValue()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    JsonNode ours =
        server
            .form("/v1/models/resnet20-cifar10/embed?normalize=true", "image", ESPRESSO)
            .json()
            .get("embedding");
    JsonNode numbers =
        openAi(question.replace("base64\", \"input", "float\", \"input"))
            .json()
            .at("/data/0/embedding");
    assertThat(packed.remaining()).isEqualTo(64);
    for (int i = 0; i < 64; i++) {
      assertThat(packed.get(i)).isEqualTo(ours.get(i).floatValue());
      assertThat(numbers.get(i).floatValue()).isEqualTo(ours.get(i).floatValue());
    }
  }

  @Test
  void openAisQuestion_thatIsWrong_isToldInItsWords() {
    JsonNode unknown = openAi("{\"model\": \"gpt\", \"input\": \"data:;base64,AAAA\"}").json();
    assertThat(unknown.at("/error/code").stringValue()).isEqualTo("model_unknown");
    assertThat(unknown.at("/error/message").stringValue()).contains("resnet20-cifar10");
    Answer text = openAi("{\"model\": \"resnet20-cifar10\", \"input\": \"a text\"}");
    assertThat(text.status()).isEqualTo(415);
    assertThat(text.json().at("/error/message").stringValue()).contains("data: URI");
    Answer cut =
        openAi(
            "{\"model\": \"resnet20-cifar10\", \"dimensions\": 8, \"input\": \"data:;base64,%s\"}"
                .formatted(Base64.getEncoder().encodeToString(ESPRESSO)));
    assertThat(cut.status()).isEqualTo(400);
    assertThat(cut.json().at("/error/param").stringValue()).isEqualTo("dimensions");
  }

  private Answer openAi(String question) {
    return server.post(
        "/v1/embeddings",
        question.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/json");
  }

  @Test
  void parameter_ofClassify_isUnknownHere() {
    Answer answer = server.form("/v1/embed?top_k=3", "image", ESPRESSO);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("detail").stringValue()).contains("normalize and details");
  }
}
