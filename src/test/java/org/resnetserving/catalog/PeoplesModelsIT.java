package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RunningServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Folders, archives and checkpoints as people have them, put into the models folder: their answers
 * over HTTP, and what is said of where they come from.
 */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=hf-resnet-bottleneck,timm-resnet,timm-wrapper,timm-grey,archive,script,averaged,several",
      "resnet.serving.precision=fp32"
    })
final class PeoplesModelsIT {
  private static final Path FOLDERS = Path.of("src/test/resources/golden/folders");
  private static final Path WEIGHTS = Path.of("src/test/resources/weights").toAbsolutePath();
  private static final String CIFAR =
      "{resize: 32, crop: 32, interpolation: bilinear, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}";

  @TempDir private static Path folder;

  private final RunningServer server;

  PeoplesModelsIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    for (String name :
        List.of("hf-resnet-bottleneck", "timm-resnet", "timm-wrapper", "timm-grey")) {
      Path copy = Files.createDirectory(models.resolve(name));
      try (var files = Files.list(FOLDERS.resolve(name))) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(file.getFileName().toString()));
        }
      }
    }
    Path labels = Path.of("models/resnet20-cifar10/labels.txt");
    Files.copy(labels, models.resolve("labels.txt"));
    byte[] weights = Files.readAllBytes(WEIGHTS.resolve("resnet20-cifar10.pth"));
    archive(models.resolve("archive.mar"), weights);
    describe(models, "archive", "", "{file: archive.mar}", "archive.mar", CIFAR);
    Path traced = Path.of("src/test/resources/traced/tiny.pt.gz");
    try (InputStream program = new GZIPInputStream(Files.newInputStream(traced))) {
      archive(models.resolve("script.mar"), program.readAllBytes());
    }
    describe(
        models, "script", "architecture: torchscript\n", "{file: script.mar}", "labels.txt", CIFAR);
    Files.writeString(models.resolve("three.txt"), "one\ntwo\nthree\n");
    describe(
        models,
        "averaged",
        "",
        "{file: '%s', entry: state_dict_ema}".formatted(WEIGHTS.resolve("people/timm-ema.pth.tar")),
        "three.txt",
        "{like: torchvision, resize: 64, crop: 64}");
    describe(
        models,
        "several",
        "activation: sigmoid\nmin_probability: {cat: 0.5, airplane: 1, automobile: 1, bird: 1, deer: 1,"
            + " dog: 1, frog: 1, horse: 1, ship: 1, truck: 1}\n",
        "{file: '%s'}".formatted(WEIGHTS.resolve("resnet20-cifar10.pth")),
        "labels.txt",
        CIFAR);
    registry.add("resnet.models-directory", () -> models);
  }

  private static void describe(
      Path models, String name, String more, String weights, String labels, String preset)
      throws IOException {
    Files.writeString(
        models.resolve(name + ".yml"),
        """
        title: As people have it
        %sweights: %s
        labels: %s
        preset: %s
        license: Apache-2.0
        """
            .formatted(more, weights, labels, preset));
  }

  /** As torch-model-archiver writes it, with a handler. */
  private static void archive(Path file, byte[] serialized) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      entry(
          zip,
          "MAR-INF/MANIFEST.json",
          "{\"model\": {\"modelName\": \"net\", \"serializedFile\": \"net.pt\"}}"
              .getBytes(StandardCharsets.UTF_8));
      entry(zip, "handler.py", "raise SystemExit".getBytes(StandardCharsets.UTF_8));
      entry(zip, "index_to_name.json", Files.readAllBytes(FOLDERS.resolve("index_to_name.json")));
      entry(zip, "net.pt", serialized);
    }
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  /** The logits are the libraries'. */
  @ParameterizedTest
  @CsvSource({
    "hf-resnet-bottleneck, resnet-bottleneck-1-2-1-1",
    "timm-resnet, resnet26",
    "timm-wrapper, resnet10t",
    "timm-grey, resnet10t"
  })
  void folder_inTheModelsFolder_isServedWithTheLibrarysAnswers(String name, String architecture)
      throws IOException {
    JsonNode origin = server.awaitReady(name).get("origin");
    JsonNode expected =
        JsonMapper.shared()
            .readTree(Files.readString(FOLDERS.resolve("folders.json")))
            .get(name)
            .get("logits")
            .get(1);
    double[] logits = new double[expected.size()];
    Arrays.setAll(logits, i -> expected.get(i).doubleValue());
    assertAnswers("/v1/models/" + name + "/classify?top_k=all", logits, 5e-3);

    assertThat(origin.get("format").stringValue()).contains("safetensors");
    assertThat(origin.get("structure").stringValue())
        .startsWith(architecture + ": ")
        .endsWith(" additions, 5 classes");
    assertThat(origin.get("told_by").get("architecture").stringValue()).isEqualTo("config.json");
    assertThat(origin.get("told_by").get("activation").stringValue()).contains("softmax is taken");
  }

  @Test
  void archive_ofTorchServe_isServedAndItsPythonNamedAsIgnored() {
    JsonNode model = server.awaitReady("archive");
    ByteBuffer golden =
        ByteBuffer.wrap(RunningServer.picture("golden/models/resnet20-cifar10/golden.logits.f32"))
            .order(ByteOrder.LITTLE_ENDIAN);
    double[] logits = new double[10];
    Arrays.setAll(logits, i -> golden.getFloat());
    assertAnswers("/v1/models/archive/classify?top_k=all", logits, 1e-4);

    JsonNode origin = model.get("origin");
    assertThat(origin.get("never_run").get(0).stringValue()).isEqualTo("handler.py");
    assertThat(origin.get("structure").stringValue()).startsWith("resnet20-cifar: ");
    assertThat(origin.get("told_by").get("architecture").stringValue()).isEqualTo("the tensors");
    assertThat(origin.get("told_by").get("labels").stringValue()).isEqualTo("archive.mar");
    assertThat(origin.get("counters").intValue()).isPositive();
    assertThat(model.get("precision_reason").stringValue())
        .isEqualTo("fp32 only, because precision fp32 is asked for");
  }

  @Test
  void archive_ofAProgram_namesItsPythonAsIgnoredToo() {
    JsonNode model = server.awaitReady("script");
    JsonNode origin = model.get("origin");

    assertThat(origin.get("format").stringValue()).contains("TorchScript", "TorchServe");
    assertThat(origin.get("never_run").get(0).stringValue()).isEqualTo("handler.py");
    assertThat(origin.get("structure")).isNull();
    assertThat(model.get("precision_reason").stringValue()).startsWith("as it came, because");
  }

  @Test
  void checkpoint_saysWhichOfItsNetworksIsServed() {
    JsonNode origin = server.awaitReady("averaged").get("origin");

    assertThat(origin.get("format").stringValue()).contains("PyTorch state dict");
    assertThat(origin.get("entry").stringValue()).isEqualTo("state_dict_ema");
    assertThat(origin.get("head").stringValue()).isNotBlank();
  }

  @Test
  void labels_withTheirOwnThresholds_areToldFromThoseOn_unlessTheRequestSaysOthers() {
    server.awaitReady("several");
    byte[] cat = RunningServer.picture("pictures/cat.jpg");
    String address = "/v1/models/several/classify?top_k=all";

    JsonNode own = server.form(address, "image", cat).json().get("predictions");
    assertThat(own.valueStream().map(each -> each.get("label").stringValue()))
        .containsExactly("cat");
    assertThat(server.form(address + "&min_probability=0", "image", cat).json().get("predictions"))
        .hasSize(10);
    assertThat(server.form(address + "&min_probability=1", "image", cat).json().get("predictions"))
        .isEmpty();
  }

  private void assertAnswers(String address, double[] logits, double tolerance) {
    double normalizer = Math.log(Arrays.stream(logits).map(Math::exp).sum());
    JsonNode predictions =
        server
            .form(address, "image", RunningServer.picture("pictures/cat.jpg"))
            .json()
            .get("predictions");
    assertThat(predictions).hasSize(logits.length);
    for (JsonNode prediction : predictions) {
      assertThat(Math.log(prediction.get("probability").doubleValue()))
          .isCloseTo(logits[prediction.get("index").intValue()] - normalizer, within(tolerance));
    }
  }
}
