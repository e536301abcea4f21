package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The same picture twice, over HTTP, where answers are kept. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10,resnet50-tiny-imagenet",
      "resnet.serving.precision=fp32",
      "resnet.cache.max-bytes=16MB"
    })
final class SamePictureIT {
  private static final String MODEL = "/v1/models/resnet20-cifar10";
  private static final String MISS = "resnet-serving; fwd=miss; stored";
  private static final String HIT = "resnet-serving; hit";
  private static final byte[] CAT = RunningServer.picture("pictures/cat.jpg");

  private final RunningServer server;
  private final RunningServer management;

  SamePictureIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    server = new RunningServer(port);
    management = new RunningServer(managementPort);
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
    server.awaitReady("resnet20-cifar10");
  }

  /** A picture that nothing was asked about: what follows a JPEG's end is not looked at. */
  private static byte[] fresh(String name) {
    byte[] tail = name.getBytes(StandardCharsets.US_ASCII);
    byte[] picture = Arrays.copyOf(CAT, CAT.length + tail.length);
    System.arraycopy(tail, 0, picture, CAT.length, tail.length);
    return picture;
  }

  private double metric(String series) {
    return management
        .get("/actuator/prometheus")
        .text()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .sum();
  }

  private static String status(Answer answer) {
    return answer.header("Cache-Status");
  }

  @Test
  void answer_toTheSamePicture_isTheSameToTheByteAndCounts() {
    byte[] picture = fresh("twice");
    String hits = "resnet_cache_requests_total{model=\"resnet20-cifar10\",result=\"hit\"}";
    String answered = "resnet_pictures_total{model=\"resnet20-cifar10\",outcome=\"ok\"}";
    String runs = "resnet_batch_size_count{model=\"resnet20-cifar10\"}";
    Answer first = server.post(MODEL + "/classify", picture, "Content-Type", "image/jpeg");
    double hitsBefore = metric(hits);
    double answeredBefore = metric(answered);
    double runsBefore = metric(runs);
    Answer second = server.post(MODEL + "/classify", picture, "Content-Type", "image/jpeg");
    assertThat(status(first)).isEqualTo(MISS);
    assertThat(status(second)).isEqualTo(HIT);
    assertThat(second.response().body()).isEqualTo(first.response().body());
    assertThat(metric(hits)).isEqualTo(hitsBefore + 1);
    assertThat(metric(answered)).as("a hit is an answer like others").isEqualTo(answeredBefore + 1);
    assertThat(metric(runs)).as("no network ran").isEqualTo(runsBefore);
    assertThat(metric("resnet_cache_size_bytes")).isPositive();
    assertThat(metric("resnet_cache_answers")).isPositive();
  }

  @Test
  void parameters_thatOnlyRankOtherwise_areAnsweredFromWhatIsKept() {
    byte[] picture = fresh("ranked");
    server.form(MODEL + "/classify", "image", picture);
    Answer one = server.form(MODEL + "/classify?top_k=1", "image", picture);
    assertThat(status(one)).isEqualTo(HIT);
    assertThat(one.json().get("predictions").size()).isEqualTo(1);
    assertThat(status(server.form(MODEL + "/classify?embedding=true", "image", picture)))
        .isEqualTo(MISS);
    assertThat(status(server.form(MODEL + "/embed", "image", picture)))
        .as("the same network's outputs")
        .isEqualTo(HIT);
  }

  @Test
  void faces_allOfThem_shareWhatIsKept() {
    byte[] picture = fresh("faces");
    String base64 = Base64.getEncoder().encodeToString(picture);
    assertThat(status(server.form(MODEL + "/classify", "image", picture))).isEqualTo(MISS);
    assertThat(status(server.put("/predictions/resnet20-cifar10", picture))).isEqualTo(HIT);
    assertThat(status(server.put("/predictions/resnet20-cifar10?format=torchserve", picture)))
        .isEqualTo(HIT);
    assertThat(
            status(
                server.post(
                    MODEL + ":predict",
                    json("{\"instances\": [{\"b64\": \"%s\"}]}".formatted(base64)))))
        .isEqualTo(HIT);
    byte[] header =
        json(
            """
            {"inputs": [{"name": "input", "shape": [1], "datatype": "BYTES",
              "parameters": {"binary_data_size": %d}}]}
            """
                .formatted(picture.length + 4));
    byte[] tensor =
        ByteBuffer.allocate(header.length + 4 + picture.length)
            .put(header)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(picture.length)
            .put(picture)
            .array();
    assertThat(
            status(
                server.post(
                    "/v2/models/resnet20-cifar10/infer",
                    tensor,
                    "Inference-Header-Content-Length",
                    Integer.toString(header.length))))
        .isEqualTo(HIT);
    assertThat(status(server.form(MODEL + "/embed", "image", picture))).isEqualTo(MISS);
    assertThat(
            status(
                server.post(
                    "/v1/embeddings",
                    json(
                        "{\"model\": \"resnet20-cifar10\", \"input\": \"data:image/jpeg;base64,%s\"}"
                            .formatted(base64)))))
        .isEqualTo(HIT);
    assertThat(status(server.form(MODEL + "/explain", "image", picture))).isEqualTo(MISS);
    Answer drawn =
        server.post(
            MODEL + "/explain", picture, "Accept", "image/png", "Content-Type", "image/jpeg");
    assertThat(status(drawn)).isEqualTo(HIT);
    assertThat(drawn.header("Content-Type")).isEqualTo("image/png");
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void pictures_several_areAHitOnlyIfAllAre() {
    byte[] known = fresh("known");
    server.form(MODEL + "/classify", "image", known);
    assertThat(status(server.form(MODEL + "/classify", "image", List.of(known, fresh("new")))))
        .isEqualTo(MISS + "; detail=\"1 hit, 1 miss\"");
    assertThat(status(server.form(MODEL + "/classify", "image", List.of(known, fresh("new")))))
        .isEqualTo(HIT + "; detail=\"2 hit\"");
    byte[] twice = fresh("in one request");
    assertThat(status(server.form(MODEL + "/classify", "image", List.of(twice, twice))))
        .isEqualTo(MISS + "; detail=\"1 shared, 1 miss\"");
  }

  @Test
  void header_isDescribed() {
    JsonNode paths = server.get("/v3/api-docs").json().get("paths");
    assertThat(paths.at("/~1v1~1classify/post/responses/200/headers").propertyNames())
        .contains("Cache-Status", "Server-Timing");
    assertThat(paths.at("/~1v1~1models/get/responses/200/headers").propertyNames())
        .containsExactly("ETag");
    assertThat(paths.at("/~1v1~1models/get/responses/304").propertyNames())
        .containsExactly("description");
  }

  @Test
  void picture_thatIsNone_isNotKept() {
    byte[] bad = "no picture".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 2; i++) {
      Answer answer = server.form(MODEL + "/classify", "image", bad);
      assertThat(answer.status()).isEqualTo(415);
      assertThat(status(answer)).isEqualTo("resnet-serving; fwd=miss");
    }
  }
}
