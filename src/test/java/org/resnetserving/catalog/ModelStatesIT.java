package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.download.Downloader;
import org.resnetserving.download.MisbehavingServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** What is to be seen of a model whose weights are fetched, or cannot be; loading and unloading. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=slow,missing,traced,mislabelled,headless",
      "resnet.serving.precision=fp32",
      "management.endpoints.web.exposure.include=health,prometheus,models",
      "management.endpoint.models.access=unrestricted"
    })
final class ModelStatesIT {
  private static final MisbehavingServer HOST = new MisbehavingServer();
  private static final CountDownLatch RELEASE = new CountDownLatch(1);
  private static final Path WEIGHTS =
      Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors");
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");

  @TempDir private static Path folder;

  private final RunningServer server;
  private final RunningServer management;

  ModelStatesIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    server = new RunningServer(port);
    management = new RunningServer(managementPort);
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    byte[] weights = Files.readAllBytes(WEIGHTS);
    HOST.on(
        "/weights.safetensors",
        MisbehavingServer.pauses(weights.length / 2, RELEASE, weights, "\"1\""));
    HOST.on("/missing.safetensors", MisbehavingServer.status(404));
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.copy(Path.of("models/resnet20-cifar10/labels.txt"), models.resolve("labels.txt"));
    describe(models, "slow", "weights.safetensors");
    describe(models, "again", "weights.safetensors");
    describe(models, "missing", "missing.safetensors");
    Files.copy(Path.of("src/test/resources/traced/tiny.pt.gz"), models.resolve("tiny.pt.gz"));
    describeTraced(models, "traced", "labels.txt");
    Files.writeString(models.resolve("few.txt"), "cat\ndog\n");
    describeTraced(models, "mislabelled", "few.txt");
    registry.add("resnet.models-directory", () -> models);
    Files.copy(
        Path.of("src/test/resources/weights/people/dino.pth"), models.resolve("headless.pth"));
    Files.writeString(
        models.resolve("headless.yml"),
        """
        title: No head
        architecture: resnet10
        weights: {file: headless.pth}
        preset: torchvision
        license: MIT
        """);
    // Natives stay where the other tests have them; weights of this test do not go there.
    registry.add("resnet.weights-directory", () -> folder.resolve("weights"));
  }

  @Test
  void network_withoutAHead_makesEmbeddingsAndNothingElse() {
    awaitState("headless", "ready");
    Answer embedding = server.form("/v1/models/headless/embed", "image", PICTURE);
    assertThat(embedding.status()).isEqualTo(200);
    assertThat(embedding.json().get("embedding").size()).isPositive();
    Answer classes = server.form("/v1/models/headless/classify", "image", PICTURE);
    assertThat(classes.status()).isEqualTo(422);
    assertThat(classes.json().get("detail").stringValue())
        .contains("POST /v1/models/headless/embed");
    assertThat(server.form("/v1/models/headless/explain", "image", PICTURE).status())
        .isEqualTo(422);
  }

  private static void describeTraced(Path models, String name, String labels) throws IOException {
    Files.writeString(
        models.resolve(name + ".yml"),
        """
        title: A network that PyTorch traced
        architecture: torchscript
        weights: {file: tiny.pt.gz}
        labels: %s
        preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}
        license: Apache-2.0
        """
            .formatted(labels));
  }

  private static void describe(Path models, String name, String file) throws IOException {
    Files.writeString(
        models.resolve(name + ".yml"),
        """
        name: %s
        title: A model to be fetched
        architecture: resnet20-cifar
        classes: 10
        weights:
          sources:
            - url: %s
              file: %s
              sha256: %s
        labels: labels.txt
        preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
        license: Apache-2.0
        """
            .formatted(name, HOST.url("/" + file), file, Downloader.identify(WEIGHTS).sha256()));
  }

  @AfterAll
  static void closeHost() {
    HOST.close();
  }

  @Test
  void model_thatIsFetched_answersOnceItIsThere() {
    awaitState("slow", "downloading");
    Answer early = server.form("/v1/classify", "image", PICTURE);
    assertThat(early.status()).isEqualTo(503);
    assertThat(early.json().get("type").stringValue())
        .isEqualTo("urn:resnet-serving:problem:model-not-ready");
    assertThat(early.json().get("state").stringValue()).isEqualTo("downloading");
    assertThat(early.header("Retry-After")).isEqualTo("1");
    assertThat(server.get("/readyz").status()).isEqualTo(503);
    assertThat(server.get("/livez").status()).isEqualTo(200);
    assertThat(management.get("/actuator/prometheus").text())
        .contains("resnet_model_state{model=\"slow\",state=\"downloading\"} 1.0");
    await()
        .untilAsserted(
            () ->
                assertThat(server.get("/v1/models/slow").json().get("reason").stringValue())
                    .matches("0\\.\\d of 1\\.\\d MiB \\([1-9]\\d? %\\)"));
    assertThat(health("slow")).startsWith("downloading: 0.").endsWith(" %)");

    RELEASE.countDown();
    awaitState("slow", "ready");
    assertThat(server.form("/v1/classify", "image", PICTURE).status()).isEqualTo(200);
    JsonNode runs = server.get("/v1/models/slow").json();
    assertThat(management.get("/actuator/prometheus").text())
        .contains(
            "resnet_model_info{model=\"slow\",precision=\"%s\",program=\"%s\",weights_sha256=\"%s\"} 1"
                .formatted(
                    runs.get("precision").stringValue(),
                    runs.at("/program/name").stringValue(),
                    runs.get("weights_sha256").stringValue()))
        .doesNotContain("resnet_model_info{model=\"missing\"")
        .containsPattern(
            "resnet_build_info\\{commit=\"[^\"]+\",java=\"\\d[^\"]*\",torch=\"\\d[^\"]*\",version=\"[^\"]+\"\\} 1");
    assertThat(server.get("/readyz").status()).isEqualTo(200);

    awaitState("missing", "failed");
    String reason = server.get("/v1/models/missing").json().get("reason").stringValue();
    assertThat(reason).contains("404").contains("put the file at").contains("missing.safetensors");
    assertThat(
            server
                .get("/v1/models")
                .json()
                .get("models")
                .valueStream()
                .filter(model -> model.get("name").stringValue().equals("missing"))
                .map(model -> model.get("reason").stringValue()))
        .containsExactly(reason);
    assertThat(health("missing")).isEqualTo("failed: " + reason);
    assertThat(management.get("/actuator/prometheus").text())
        .contains("resnet_model_state{model=\"missing\",state=\"failed\"} 1.0");
    Answer failed = server.form("/v1/models/missing/classify", "image", PICTURE);
    assertThat(failed.status()).isEqualTo(503);
    assertThat(failed.json().get("detail").stringValue())
        .contains("404")
        .endsWith(". It stays so until the cause is mended and the service started again.");
    assertThat(failed.header("Retry-After")).isEmpty();

    Answer loading = management.post("/actuator/models/again", new byte[0]);
    assertThat(loading.status()).isEqualTo(200);
    awaitState("again", "ready");
    assertThat(server.form("/v1/models/again/classify", "image", PICTURE).status()).isEqualTo(200);
    assertThat(management.post("/actuator/models/again", new byte[0]).status())
        .as("another one takes its place")
        .isEqualTo(200);
    assertThat(management.post("/actuator/models/nosuch", new byte[0]).status()).isEqualTo(400);
    assertThat(management.delete("/actuator/models/again").status()).isEqualTo(204);
    assertThat(server.form("/v1/models/again/classify", "image", PICTURE).status()).isEqualTo(404);
    assertThat(management.delete("/actuator/models/slow").status()).isEqualTo(400);
  }

  /** The archive, the picture and the logits are PyTorch 2.15's. */
  @Test
  void model_thatOthersTraced_isServedAsItIs() {
    awaitState("traced", "ready");
    ByteBuffer logits =
        ByteBuffer.wrap(RunningServer.picture("traced/logits.f32")).order(ByteOrder.LITTLE_ENDIAN);
    double[] expected = new double[10];
    Arrays.setAll(expected, i -> logits.getFloat());
    double normalizer = Math.log(Arrays.stream(expected).map(Math::exp).sum());
    Answer map = server.form("/v1/models/traced/explain", "image", PICTURE);
    assertThat(map.status()).isEqualTo(422);
    assertThat(map.json().get("type").stringValue()).endsWith("answer-unavailable");
    Answer answer =
        server.form(
            "/v1/models/traced/classify?top_k=all",
            "image",
            RunningServer.picture("traced/pixels.png"));
    assertThat(answer.json().get("predictions").size()).isEqualTo(10);
    for (JsonNode prediction : answer.json().get("predictions")) {
      assertThat(Math.log(prediction.get("probability").doubleValue()))
          .isCloseTo(expected[prediction.get("index").intValue()] - normalizer, within(1e-4));
    }
  }

  @Test
  void model_thatOthersTraced_withOtherLabelsThanOutputs_isRefused() {
    awaitState("mislabelled", "failed");
    assertThat(server.get("/v1/models/mislabelled").json().get("reason").stringValue())
        .startsWith("the network tells 10 classes apart, but ")
        .endsWith("few.txt has 2 labels");
  }

  private String health(String model) {
    return management
        .get("/actuator/health")
        .json()
        .at("/components/models/details/" + model)
        .stringValue();
  }

  private void awaitState(String model, String state) {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () ->
                assertThat(server.get("/v1/models/" + model).json().get("state").stringValue())
                    .isEqualTo(state));
  }
}
