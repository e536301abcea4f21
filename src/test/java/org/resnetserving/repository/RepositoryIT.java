package org.resnetserving.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** Triton's repository addresses, on the port of management. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=first",
      "resnet.serving.precision=fp32",
      "management.endpoints.web.exposure.include=health,models",
      "management.endpoint.models.access=unrestricted"
    })
final class RepositoryIT {
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");

  @TempDir private static Path folder;

  private final RunningServer server;
  private final RunningServer management;

  RepositoryIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    server = new RunningServer(port);
    management = new RunningServer(managementPort);
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    Files.copy(Path.of("models/resnet20-cifar10/labels.txt"), folder.resolve("labels.txt"));
    describe("first", "resnet20-cifar");
    describe("other", "resnet20-cifar");
    describe("wrong", "resnet32-cifar");
    registry.add("resnet.models-directory", () -> folder);
  }

  private static void describe(String name, String architecture) throws IOException {
    Files.writeString(
        folder.resolve(name + ".yml"),
        """
        title: %s
        architecture: %s
        weights: {file: %s}
        labels: labels.txt
        preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
        license: Apache-2.0
        """
            .formatted(
                name,
                architecture,
                Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors").toAbsolutePath()));
  }

  private Answer ask(String path, String body) {
    return management.post("/v2/repository/" + path, body.getBytes(StandardCharsets.UTF_8));
  }

  private JsonNode entry(String name) {
    for (JsonNode entry : ask("index", "").json()) {
      if (entry.get("name").stringValue().equals(name)) {
        return entry;
      }
    }
    throw new AssertionError(name + " is not in the index");
  }

  private static void assertRefused(Answer answer, int status, String word) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.json().propertyNames()).containsExactly("error");
    assertThat(answer.json().get("error").stringValue()).contains(word);
  }

  @Test
  void model_loadedAndUnloaded_answersInBetween() {
    server.awaitReady();
    assertThat(entry("other").toString())
        .isEqualTo(
            "{\"name\":\"other\",\"version\":\"1\",\"state\":\"UNAVAILABLE\",\"reason\":\"unloaded\"}");
    for (int i = 0; i < 2; i++) { // The second time it is replaced.
      Answer loaded = ask("models/other/load", "{}");
      assertThat(loaded.status()).as(loaded::text).isEqualTo(200);
      assertThat(entry("other").toString())
          .isEqualTo("{\"name\":\"other\",\"version\":\"1\",\"state\":\"READY\"}");
      assertThat(server.form("/v1/models/other/classify", "image", PICTURE).status())
          .isEqualTo(200);
    }
    assertThat(ask("index", "{\"ready\": true}").json())
        .extracting(entry -> entry.get("name").stringValue())
        .containsExactly("first", "other");
    assertThat(
            ask("models/other/unload", "{\"parameters\":{\"unload_dependents\":false}}").status())
        .isEqualTo(200);
    assertThat(entry("other").get("state").stringValue()).isEqualTo("UNAVAILABLE");
    assertThat(server.form("/v1/models/other/classify", "image", PICTURE).status()).isEqualTo(404);
    assertRefused(ask("models/other/unload", ""), 404, "not served");
  }

  @Test
  void model_thatCannotBeLoaded_saysWhy() {
    assertRefused(ask("models/wrong/load", ""), 400, "Model 'wrong' was not loaded: ");
    assertThat(entry("wrong").get("state").stringValue()).isEqualTo("UNAVAILABLE");
    assertThat(entry("wrong").get("reason").stringValue()).isNotEmpty();
    assertRefused(ask("models/nobody/load", ""), 404, "there are first, other, wrong");
  }

  @Test
  void load_withAConfigurationOrFiles_isRefused() {
    assertRefused(
        ask("models/other/load", "{\"parameters\":{\"config\":\"{}\",\"file:1/m.pt\":\"AAAA\"}}"),
        400,
        "config, file:1/m.pt");
    assertRefused(
        ask(
            "models/other/load",
            "{\"parameters\":{\"file:m\":\"%s\"}}".formatted("A".repeat(99999))),
        400,
        "longer than 65536 bytes");
    assertThat(entry("other").get("state").stringValue()).isEqualTo("UNAVAILABLE");
  }

  @Test
  void request_thatIsNotUnderstood_isRefused() {
    assertRefused(ask("index", "{"), 400, "not JSON");
    assertRefused(ask("index", "[]"), 400, "object");
    assertRefused(ask("index", "{\"ready\": 1}"), 400, "true or false");
    assertRefused(ask("models/first/unload", ""), 400, "default model");
  }

  @Test
  void publicPort_hasNoneOfIt() {
    for (String path : new String[] {"index", "models/other/load", "models/other/unload"}) {
      assertThat(server.post("/v2/repository/" + path, new byte[0]).status()).isEqualTo(404);
    }
  }
}
