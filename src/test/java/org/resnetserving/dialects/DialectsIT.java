package org.resnetserving.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Clients of other servers over HTTP. */
@ServerTest
final class DialectsIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");
  private static final String MODEL = "resnet50-tiny-imagenet";

  private static final String TYPE = "Content-Type";
  private static final String CURLS = "application/x-www-form-urlencoded";

  private final RunningServer server;

  DialectsIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @Test
  void ping_whenReady_isHealthy() {
    assertThat(server.get("/ping").status()).isEqualTo(200);
    assertThat(server.get("/ping").text()).isEqualTo("{\"status\":\"Healthy\"}");
  }

  @Test
  void models_inTorchServesForm_areNamed() {
    assertThat(server.get("/models").json().at("/models/0/modelName").stringValue())
        .isEqualTo(MODEL);
  }

  @Test
  void predictions_inTorchServesForm_areProbabilitiesByLabel() {
    JsonNode ours = server.put("/predictions/" + MODEL, ESPRESSO).json();
    JsonNode theirs = server.put("/predictions/" + MODEL + "?format=torchserve", ESPRESSO).json();
    assertThat(theirs.size()).isEqualTo(5);
    assertThat(theirs.get("espresso")).isEqualTo(ours.at("/predictions/0/probability"));
  }

  @Test
  void predictions_ofAnUnknownModel_failInTorchServesWords() {
    Answer answer = server.put("/predictions/none?format=torchserve", ESPRESSO);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().get("code").intValue()).isEqualTo(404);
    assertThat(answer.json().get("message").stringValue()).contains("none");
  }

  @Test
  void predict_ofInstances_saysOfEachWhatClassifySays() {
    Answer answer = predict(ESPRESSO, ESPRESSO);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode predictions = answer.json().get("predictions");
    assertThat(predictions.size()).isEqualTo(2);
    assertThat(predictions.get(1).get("predictions"))
        .isEqualTo(
            server.form("/v1/classify?top_k=2", "image", ESPRESSO).json().get("predictions"));
  }

  @Test
  void predict_withABadInstance_failsAsAWholeAndNamesIt() {
    Answer answer = predict(ESPRESSO, "no picture".getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.json().get("error").stringValue()).startsWith("instances[1]: ");
  }

  /**
   * What curl says of a body of which it was told nothing: {@code -d} and {@code --data-binary}.
   */
  @Test
  void body_thatCurlCallsAForm_isReadAsWhatItIs() {
    JsonNode ours = server.put("/predictions/" + MODEL, ESPRESSO).json();
    Answer picture = server.post("/predictions/" + MODEL, ESPRESSO, TYPE, CURLS);
    assertThat(picture.json()).isEqualTo(ours);
    String theirs = "/predictions/" + MODEL + "?format=torchserve";
    assertThat(server.post(theirs, ESPRESSO, TYPE, CURLS).json().get("espresso"))
        .isEqualTo(ours.at("/predictions/0/probability"));
    Answer instances =
        server.post(
            "/v1/models/" + MODEL + ":predict",
            instances(ESPRESSO, ESPRESSO).getBytes(StandardCharsets.UTF_8),
            TYPE,
            CURLS);
    assertThat(instances.json()).isEqualTo(predict(ESPRESSO, ESPRESSO).json());
    Answer tensors =
        server.post(
            "/v2/models/" + MODEL + "/infer",
            ESPRESSO,
            TYPE,
            CURLS,
            "Inference-Header-Content-Length",
            "0");
    assertThat(tensors.status()).isEqualTo(200);
  }

  private Answer predict(byte[] one, byte[] other) {
    return server.post(
        "/v1/models/" + MODEL + ":predict", instances(one, other).getBytes(StandardCharsets.UTF_8));
  }

  private static String instances(byte[] one, byte[] other) {
    Base64.Encoder base64 = Base64.getEncoder();
    return "{\"instances\": [{\"b64\": \"%s\"}, {\"b64\": \"%s\"}], \"parameters\": {\"top_k\": 2}}"
        .formatted(base64.encodeToString(one), base64.encodeToString(other));
  }
}
