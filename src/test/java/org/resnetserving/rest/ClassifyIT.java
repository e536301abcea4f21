package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The main job, from the picture's bytes to the ranked labels, over HTTP. */
@ServerTest
final class ClassifyIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");
  private static final String JPEG = "image/jpeg";
  private static final Pattern TIMING = Pattern.compile("(\\w+);dur=([0-9.]+)");

  private final RunningServer server;

  ClassifyIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @Test
  void picture_byItsUrl_whichIsOff_namesTheSetting() {
    Answer answer =
        server.post(
            "/v1/classify",
            "{\"images\": [\"https://img.example.org/cat.jpg\"]}".getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/json");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().get("type").stringValue()).endsWith(":url-not-allowed");
    assertThat(answer.json().get("detail").stringValue()).contains("resnet.url.hosts");
  }

  @Test
  void picture_withoutItsEnd_isAnsweredWithAWarning() {
    JsonNode answer =
        server
            .form(
                "/v1/classify?details=true",
                "image",
                RunningServer.picture("tried/png-complete-no-iend.png"))
            .json();
    assertThat(answer.get("predictions").get(0).get("label").stringValue()).isEqualTo("espresso");
    assertThat(answer.get("details").get("warning").stringValue()).isNotBlank();
    assertThat(
            server
                .form(
                    "/v1/classify?details=true",
                    "image",
                    RunningServer.picture("pictures/espresso.jpg"))
                .json()
                .get("details")
                .has("warning"))
        .isFalse();
  }

  @Test
  void form_withAPicture_getsRankedLabels() {
    Answer answer = server.form("/v1/classify", "image", ESPRESSO);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.get("model").stringValue()).isEqualTo("resnet50-tiny-imagenet");
    assertThat(json.get("predictions").size()).isEqualTo(5);
    JsonNode best = json.get("predictions").get(0);
    assertThat(best.get("label").stringValue()).isEqualTo("espresso");
    assertThat(best.get("wnid").stringValue()).isEqualTo("n07920052");
    assertThat(json.has("details")).isFalse();
    for (int i = 1; i < 5; i++) {
      assertThat(json.get("predictions").get(i).get("probability").doubleValue())
          .isLessThanOrEqualTo(json.get("predictions").get(i - 1).get("probability").doubleValue());
    }
  }

  @Test
  void views_ten_giveTheMeanOfTheirProbabilities() {
    JsonNode one = server.form("/v1/classify?top_k=all", "image", ESPRESSO).json();
    JsonNode ten = server.form("/v1/classify?top_k=all&views=10", "image", ESPRESSO).json();
    assertThat(
            ten.get("predictions")
                .valueStream()
                .mapToDouble(p -> p.get("probability").doubleValue())
                .sum())
        .isCloseTo(1, within(1e-9));
    assertThat(ten.get("predictions")).isNotEqualTo(one.get("predictions"));
    assertThat(ten.at("/predictions/0/label")).isEqualTo(one.at("/predictions/0/label"));
    assertThat(server.form("/v1/classify?top_k=all&views=1", "image", ESPRESSO).json())
        .isEqualTo(one);
  }

  @Test
  void form_withSeveralPictures_getsAResultForEachInTheirOrder() {
    byte[] cat = RunningServer.picture("pictures/cat.jpg");
    Answer answer =
        server.form(
            "/v1/classify?details=true",
            "image",
            List.of(ESPRESSO, Arrays.copyOf(ESPRESSO, ESPRESSO.length / 2), cat));
    assertThat(answer.status()).isEqualTo(200);
    JsonNode results = answer.json().get("results");
    assertThat(results.size()).isEqualTo(3);
    assertThat(results.get(0).get("predictions"))
        .isEqualTo(server.form("/v1/classify", "image", ESPRESSO).json().get("predictions"));
    assertThat(results.get(1).has("predictions")).isFalse();
    assertThat(results.get(1).get("problem").get("type").stringValue())
        .isEqualTo("urn:resnet-serving:problem:image-truncated");
    assertThat(results.get(1).at("/problem/help").stringValue())
        .isEqualTo("/problems/image-truncated");
    assertThat(results.get(2).get("predictions").get(0).get("label"))
        .isEqualTo(server.form("/v1/classify", "image", cat).json().at("/predictions/0/label"));
    assertThat(answer.json().at("/details/stages_ms/inference").doubleValue()).isPositive();
  }

  @Test
  void json_withPicturesInBase64_isAnsweredAsAForm() throws IOException {
    String espresso = Base64.getEncoder().encodeToString(ESPRESSO);
    byte[] one =
        "{\"images\": [{\"b64\": \"%s\"}], \"top_k\": 3}"
            .formatted(espresso)
            .getBytes(StandardCharsets.UTF_8);
    JsonNode form = server.form("/v1/classify?top_k=3", "image", ESPRESSO).json();
    String type = "Content-Type";
    assertThat(server.post("/v1/classify", one, type, "application/json").json()).isEqualTo(form);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(one);
    }
    assertThat(
            server
                .post(
                    "/v1/classify",
                    compressed.toByteArray(),
                    type,
                    "application/json",
                    "Content-Encoding",
                    "gzip")
                .json())
        .isEqualTo(form);
    byte[] two =
        "{\"images\": [\"https://img.example.org/cat.jpg\", \"data:image/jpeg;base64,%s\"]}"
            .formatted(espresso)
            .getBytes(StandardCharsets.UTF_8);
    JsonNode results =
        server.post("/v1/classify?top_k=3", two, type, "application/json").json().get("results");
    assertThat(results.get(0).at("/problem/title").stringValue()).isEqualTo("URL is not allowed");
    assertThat(results.get(1).get("predictions")).isEqualTo(form.get("predictions"));
  }

  @Test
  void json_ofTheDescription_isAnswered() {
    byte[] example = TakesPictures.EXAMPLE.getBytes(StandardCharsets.UTF_8);
    assertThat(server.post("/v1/classify", example, "Content-Type", "application/json").status())
        .isEqualTo(200);
    JsonNode content =
        server.get("/v3/api-docs").json().at("/paths/~1v1~1classify/post/requestBody/content");
    assertThat(content.at("/application~1json/schema/$ref").stringValue())
        .endsWith("/PicturesJson");
  }

  @Test
  void form_withMorePicturesThanAllowed_saysHowManyItMayHave() {
    Answer answer = server.form("/v1/classify", "image", Collections.nCopies(60, new byte[] {1}));
    assertProblem(answer, 413, "request-too-large");
    assertThat(answer.json().get("detail").stringValue()).contains("may have 32 pictures");
  }

  @Test
  void everyWayOfSending_getsTheSameAnswer() {
    JsonNode form = server.form("/v1/classify", "image", ESPRESSO).json();
    String model = "resnet50-tiny-imagenet";
    assertThat(server.post("/v1/classify", ESPRESSO, "Content-Type", JPEG).json()).isEqualTo(form);
    assertThat(
            server
                .post("/v1/models/" + model + "/classify", ESPRESSO, "Content-Type", "image/png")
                .json())
        .isEqualTo(form);
    assertThat(server.post("/predictions/" + model, ESPRESSO).json()).isEqualTo(form);
    assertThat(server.put("/predictions/" + model, ESPRESSO).json()).isEqualTo(form);
    assertThat(server.form("/predictions/" + model, "data", ESPRESSO).json()).isEqualTo(form);
    assertThat(
            server
                .post(
                    "/v1/classify",
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(ESPRESSO)),
                    "Content-Type",
                    "application/octet-stream")
                .json())
        .isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet50-tiny-imagenet", "resnet20-cifar10"})
  void logProbabilities_ofAllClasses_equalPyTorchs(String model) {
    String folder = "golden/models/" + model + "/";
    JsonNode golden =
        new JsonMapper().readTree(RunningServer.picture(folder + "golden.json")).get("files");
    ByteBuffer logits =
        ByteBuffer.wrap(RunningServer.picture(folder + "golden.logits.f32"))
            .order(ByteOrder.LITTLE_ENDIAN);
    int classes = logits.capacity() / Float.BYTES / golden.size();
    for (JsonNode file : golden) {
      double[] expected = new double[classes];
      Arrays.setAll(expected, i -> logits.getFloat());
      double normalizer = Math.log(Arrays.stream(expected).map(Math::exp).sum());
      JsonNode json =
          server
              .form(
                  "/v1/models/" + model + "/classify?top_k=all",
                  "image",
                  RunningServer.picture(file.stringValue()))
              .json();
      assertThat(json.get("predictions").size()).isEqualTo(classes);
      for (JsonNode prediction : json.get("predictions")) {
        assertThat(Math.log(prediction.get("probability").doubleValue()))
            .as("%s, class %s", file.stringValue(), prediction.get("label"))
            .isCloseTo(expected[prediction.get("index").intValue()] - normalizer, within(1e-4));
      }
    }
  }

  @Test
  void topK_inTheForm_countsAsInTheQuery() {
    assertThat(
            server.form("/v1/classify?top_k=2", "image", ESPRESSO).json().get("predictions").size())
        .isEqualTo(2);
    assertThat(
            server
                .form("/v1/classify?min_probability=0.9", "image", ESPRESSO)
                .json()
                .get("predictions")
                .size())
        .isEqualTo(1);
  }

  @Test
  void details_askedFor_sayHowTheAnswerCameAbout() {
    Answer answer = server.form("/v1/classify?details=true", "image", ESPRESSO);
    JsonNode details = answer.json().get("details");
    assertThat(details.get("weights_sha256").stringValue()).matches("[0-9a-f]{64}");
    assertThat(details.get("precision").stringValue()).isEqualTo("fp32");
    assertThat(details.get("batch_size").intValue()).isEqualTo(1);
    assertThat(details.get("stages_ms").propertyNames())
        .containsExactlyInAnyOrder("read", "decode", "queue", "inference");
    assertThat(details.get("total_ms").doubleValue()).isPositive();
  }

  @Test
  void serverTiming_ofEveryAnswer_addsUpToTheTotal() {
    Answer answer = server.form("/v1/classify", "image", ESPRESSO);
    double sum = 0;
    double total = 0;
    Matcher timing = TIMING.matcher(answer.header("Server-Timing"));
    while (timing.find()) {
      if (timing.group(1).equals("total")) {
        total = Double.parseDouble(timing.group(2));
      } else {
        sum += Double.parseDouble(timing.group(2));
      }
    }
    assertThat(total).isPositive();
    assertThat(sum).isCloseTo(total, within(total / 10));
  }

  @ParameterizedTest
  @CsvSource({
    "not a picture, 415, image-unsupported",
    "'', 400, image-missing",
  })
  void body_thatIsNoPicture_isRefusedByType(String body, int status, String type) {
    Answer answer = server.post("/v1/classify", body.getBytes(), "Content-Type", JPEG);
    assertProblem(answer, status, type);
  }

  @Test
  void body_withAnotherContentType_isRefusedWithTheRightOnes() {
    Answer answer = server.post("/v1/classify", ESPRESSO, "Content-Type", "text/plain");
    assertProblem(answer, 415, "image-unsupported");
    assertThat(answer.json().get("detail").stringValue()).contains("curl -F image=@");
  }

  @Test
  void body_truncated_isRefused() {
    byte[] half = Arrays.copyOf(ESPRESSO, ESPRESSO.length / 2);
    assertProblem(server.post("/v1/classify", half, "Content-Type", JPEG), 422, "image-truncated");
  }

  @Test
  void form_withoutThePicture_isRefusedWithItsField() {
    Answer answer = server.form("/v1/classify", "photo", ESPRESSO);
    assertProblem(answer, 400, "image-missing");
    assertThat(answer.json().get("detail").stringValue()).contains("'image'").contains("photo");
  }

  @Test
  void body_overTheLimit_isAnsweredNotReset() {
    byte[] large = new byte[25_000_000];
    assertProblem(server.post("/v1/classify", large, "Content-Type", JPEG), 413, "image-too-large");
    assertProblem(server.form("/v1/classify", "image", large), 413, "image-too-large");
    assertProblem(
        server.post(
            "/v1/classify",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)),
            "Content-Type",
            JPEG),
        413,
        "image-too-large");
  }

  @Test
  void model_unknown_isRefusedWithThoseThereAre() {
    Answer answer = server.form("/v1/models/resnet49/classify", "image", ESPRESSO);
    assertProblem(answer, 404, "model-unknown");
    assertThat(answer.json().get("detail").stringValue())
        .contains("resnet49", "resnet50-tiny-imagenet", "resnet20-cifar10");
    assertProblem(server.get("/v1/models/resnet49"), 404, "model-unknown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"top_k=0", "top_k=201", "min_probability=2", "details=maybe", "topk=3"})
  void parameter_outOfRange_isRefusedByName(String query) {
    Answer answer = server.form("/v1/classify?" + query, "image", ESPRESSO);
    assertProblem(answer, 400, "parameter-invalid");
    assertThat(answer.json().get("parameter").stringValue())
        .isEqualTo(query.substring(0, query.indexOf('=')));
  }

  @Test
  void timeout_tooShort_isExceededWithTheTimeSpent() {
    Answer answer = server.form("/v1/classify", "image", ESPRESSO, "Request-Timeout", "0.000001");
    assertProblem(answer, 504, "deadline-exceeded");
    assertThat(answer.json().get("stages_ms").has("read")).isTrue();
  }

  @Test
  void path_thatIsNotThere_isAProblemToo() {
    assertThat(server.get("/nowhere").header("Content-Type"))
        .startsWith("application/problem+json");
  }

  private static void assertProblem(Answer answer, int status, String type) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().get("type").stringValue())
        .isEqualTo("urn:resnet-serving:problem:" + type);
    assertThat(answer.json().get("detail").stringValue()).isNotBlank();
  }
}
