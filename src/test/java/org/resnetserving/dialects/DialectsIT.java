package org.resnetserving.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
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

  @Test
  void predict_withAParameterThatItsAnswerHasNoPlaceFor_isRefused() {
    for (String name : new String[] {"details", "embedding", "normalize"}) {
      Answer answer =
          server.post("/v1/models/" + MODEL + ":predict?" + name + "=true", json(ESPRESSO));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().get("error").stringValue()).contains("'" + name + "'");
    }
  }

  @Test
  void explain_ofInstances_saysOfEachWhatOursSays() {
    String path = "/v1/models/" + MODEL;
    Answer answer = server.post(path + ":explain?class=espresso", json(ESPRESSO));
    assertThat(answer.status()).as(answer::text).isEqualTo(200);
    JsonNode ours = server.form(path + "/explain?class=espresso", "image", ESPRESSO).json();
    assertThat(answer.json().at("/explanations/0")).isEqualTo(ours);
    assertThat(answer.json().at("/predictions/0/predictions/0")).isEqualTo(ours.get("class"));
    assertThat(server.post(path + ":explain?colors=heat", json(ESPRESSO)).json().get("error"))
        .asString()
        .contains("'colors'");
  }

  @Test
  void explain_withABadInstance_namesIt() {
    Answer answer =
        server.post(
            "/v1/models/" + MODEL + ":explain",
            json(ESPRESSO, "no picture".getBytes(StandardCharsets.UTF_8)));
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.json().get("error").stringValue()).startsWith("instances[1]: ");
  }

  @Test
  void model_saysThatItIsReady_asKServesClientReadsIt() {
    assertThat(server.get("/v1/models/" + MODEL).json().get("ready").booleanValue()).isTrue();
  }

  @Test
  void invocations_ofAPictureOrInstances_saysWhatPredictSays() {
    JsonNode expected = server.post("/v1/models/" + MODEL + ":predict", json(ESPRESSO)).json();
    for (String type : new String[] {"application/x-image", "image/jpeg", CURLS}) {
      Answer answer = server.post("/invocations", ESPRESSO, TYPE, type);
      assertThat(answer.status()).as(type).isEqualTo(200);
      assertThat(answer.json()).isEqualTo(expected);
    }
    Answer instances = server.post("/invocations", json(ESPRESSO), TYPE, "application/json");
    assertThat(instances.json()).isEqualTo(expected);
  }

  @Test
  void invocations_forATargetModel_areAnsweredByIt() {
    String header = "X-Amzn-SageMaker-Target-Model";
    JsonNode expected = server.post("/v1/models/resnet20-cifar10:predict", json(ESPRESSO)).json();
    for (String target : new String[] {"resnet20-cifar10", "resnet20-cifar10.tar.gz"}) {
      assertThat(server.post("/invocations", ESPRESSO, TYPE, "image/jpeg", header, target).json())
          .isEqualTo(expected);
    }
    Answer unknown = server.post("/invocations", ESPRESSO, TYPE, "image/jpeg", header, "none");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.json().get("error").stringValue()).contains("none");
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
    return "{\"instances\": [%s], \"parameters\": {\"top_k\": 2}}".formatted(listed(one, other));
  }

  private static byte[] json(byte[]... pictures) {
    return "{\"instances\": [%s]}".formatted(listed(pictures)).getBytes(StandardCharsets.UTF_8);
  }

  private static String listed(byte[]... pictures) {
    return Arrays.stream(pictures)
        .map(picture -> "{\"b64\": \"%s\"}".formatted(Base64.getEncoder().encodeToString(picture)))
        .collect(Collectors.joining(", "));
  }
}
