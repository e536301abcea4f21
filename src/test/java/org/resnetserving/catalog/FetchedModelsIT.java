package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RunningServer;
import org.resnetserving.download.Downloader;
import org.resnetserving.download.MisbehavingServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** One network in every format of its weights: fetched, and then right. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=safetensors,zip,legacy,hub,mounted",
      "resnet.serving.precision=fp32"
    })
final class FetchedModelsIT {
  private static final MisbehavingServer HOST = new MisbehavingServer();
  private static final Path PICKLES = Path.of("src/test/resources/weights");

  @TempDir private static Path folder;

  private final RunningServer server;

  FetchedModelsIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.copy(Path.of("models/resnet20-cifar10/labels.txt"), models.resolve("labels.txt"));
    describe(
        models, "safetensors", Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors"));
    describe(models, "zip", PICKLES.resolve("resnet20-cifar10.pth"));
    describe(models, "legacy", PICKLES.resolve("resnet20-cifar10.legacy.pth"));
    Path repository = Path.of("src/test/resources/golden/folders/hf-resnet-bottleneck");
    for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
      HOST.on(
          "/someone/a-resnet/resolve/main/" + file,
          MisbehavingServer.serves(Files.readAllBytes(repository.resolve(file)), "\"1\""));
    }
    Files.writeString(models.resolve("hub.yml"), "weights: hf://someone/a-resnet\n");
    registry.add("resnet.download.hugging-face-endpoint", () -> HOST.url("").toString());
    Path mounted = Files.createDirectories(folder.resolve("mnt/models"));
    Files.copy(Path.of("src/test/resources/golden/folders/cifar.mar"), mounted.resolve("net.mar"));
    registry.add("resnet.models-directory", () -> models + "," + mounted);
    registry.add("resnet.weights-directory", () -> folder.resolve("weights"));
  }

  private static void describe(Path models, String name, Path weights) throws IOException {
    String path = "/" + weights.getFileName();
    HOST.on(path, MisbehavingServer.serves(Files.readAllBytes(weights), "\"1\""));
    Files.writeString(
        models.resolve(name + ".yml"),
        """
        title: A model to be fetched
        architecture: resnet20-cifar
        weights: {sources: [{url: '%s', file: %s, sha256: %s}]}
        labels: labels.txt
        preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
        license: Apache-2.0
        """
            .formatted(
                HOST.url(path), weights.getFileName(), Downloader.identify(weights).sha256()));
  }

  @AfterAll
  static void closeHost() {
    HOST.close();
  }

  /** What transformers answers is in {@code folders.json}. */
  @Test
  void repository_thatWasFetched_isDescribedByItself() {
    server.awaitReady("hub");

    JsonNode model = server.get("/v1/models/hub").json();
    assertThat(model.get("title").stringValue()).isEqualTo("hf://someone/a-resnet");
    assertThat(model.get("architecture").stringValue()).isEqualTo("resnet-bottleneck-1-2-1-1");
    assertThat(model.get("classes").intValue()).isEqualTo(5);
    assertThat(model.get("input").get("resize").intValue()).isEqualTo(256);
    assertThat(model.get("note").stringValue()).contains("as hf://someone/a-resnet says");
    JsonNode first =
        server
            .form(
                "/v1/models/hub/classify", "image", RunningServer.picture("pictures/espresso.jpg"))
            .json()
            .get("predictions")
            .get(0);
    assertThat(first.get("label").stringValue()).isEqualTo("apple");
    assertThat(first.get("probability").doubleValue()).isCloseTo(0.7004, within(1e-3));
  }

  @Test
  void modelWithoutADescriptor_saysWhatItWasTakenFor() {
    JsonNode model = server.awaitReady("mounted");
    assertThat(model.get("architecture").stringValue()).isEqualTo("resnet20-cifar");
    assertThat(model.get("note").stringValue())
        .contains("There is no descriptor")
        .contains("like CIFAR-10's (32×32")
        .contains("say preset in mounted.yml");
  }

  /** The logits are PyTorch's; those of the cat come first. */
  @ParameterizedTest
  @ValueSource(strings = {"safetensors", "zip", "legacy", "mounted"})
  void model_thatWasFetched_answersAsPyTorchDoes(String model) {
    server.awaitReady(model);
    ByteBuffer logits =
        ByteBuffer.wrap(RunningServer.picture("golden/models/resnet20-cifar10/golden.logits.f32"))
            .order(ByteOrder.LITTLE_ENDIAN);
    double[] expected = new double[10];
    Arrays.setAll(expected, i -> logits.getFloat());
    double normalizer = Math.log(Arrays.stream(expected).map(Math::exp).sum());
    JsonNode predictions =
        server
            .form(
                "/v1/models/" + model + "/classify?top_k=all",
                "image",
                RunningServer.picture("pictures/cat.jpg"))
            .json()
            .get("predictions");
    assertThat(predictions.get(0).get("label").stringValue()).isEqualTo("cat");
    for (JsonNode prediction : predictions) {
      assertThat(Math.log(prediction.get("probability").doubleValue()))
          .isCloseTo(expected[prediction.get("index").intValue()] - normalizer, within(1e-4));
    }
  }
}
