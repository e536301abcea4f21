package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A model is replaced while it answers: no request is lost, and none gets some of each. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=swap",
      "resnet.serving.precision=fp32",
      "management.endpoints.web.exposure.include=models",
      "management.endpoint.models.access=unrestricted"
    })
final class ReplaceIT {
  @TempDir private static Path folder;

  private final RunningServer server;
  private final RunningServer management;
  private final SwappedModel model;

  ReplaceIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    server = new RunningServer(port);
    management = new RunningServer(managementPort);
    model = new SwappedModel(folder, server);
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    SwappedModel.describe(folder, "odd");
    registry.add("resnet.models-directory", () -> folder);
  }

  private void load(String version) {
    assertThat(management.post("/actuator/models/swap", new byte[0]).status())
        .as(version)
        .isEqualTo(200);
  }

  @Test
  void model_replacedWhileItAnswers_losesNoRequestAndMixesNone() throws Exception {
    model.assertReplacedUnderLoad(this::load);
  }

  @Test
  void replacement_thatFails_leavesTheModelAsItIsUntilAGoodOneComes() throws IOException {
    server.awaitReady();
    model.replaceBy(this::load, "even");
    String before = model.ask();
    Files.writeString(
        folder.resolve("swap.yml"),
        Files.readString(folder.resolve("swap.yml"))
            .replace("resnet20-cifar\n", "resnet32-cifar\n"));
    load("wrong");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> server.get("/v1/models/swap").json().at("/reason").asString(),
            reason -> reason.startsWith("What should take its place failed"));
    assertThat(server.get("/v1/models/swap").json().get("state").stringValue()).isEqualTo("ready");
    assertThat(model.ask()).isEqualTo(before);
    model.replaceBy(this::load, "odd");
    assertThat(server.get("/v1/models/swap").json().has("reason")).isFalse();
  }
}
