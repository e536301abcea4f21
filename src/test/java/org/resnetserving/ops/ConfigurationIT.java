package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;

/** The service understands the settings that the chart writes. */
@Timeout(400)
class ConfigurationIT {

  @TempDir private Path folder;

  @Test
  void settings_ofTheChart_takeEffect() throws Exception {
    Manifests chart =
        Chart.withValues(
            """
            models: [resnet20-cifar10]
            config: {resnet: {image: {max-bytes: 1KB}, serving: {max-deadline: 12s}}}
            shutdown: {drainSeconds: 1}
            logs: {format: ecs}
            """);
    Path settings = Files.createDirectory(folder.resolve("config")).resolve("application.yml");
    Files.writeString(
        settings,
        chart.named("ConfigMap", "pictures-resnet-serving").at("/data/application.yml").asText());
    try (ServiceProcess service = ServiceProcess.start(folder)) {
      service.awaitReady("resnet20-cifar10");
      RunningServer server = service.client();
      assertThat(server.get("/v1/models").json().get("models").size()).isEqualTo(1);
      Answer large = server.post("/v1/classify", new byte[1025], "Content-Type", "image/jpeg");
      assertThat(large.status()).isEqualTo(413);
      Answer late =
          server.post(
              "/v1/classify", new byte[1], "Content-Type", "image/jpeg", "Request-Timeout", "soon");
      assertThat(late.json().get("detail").stringValue()).contains("more than 12.0 s");
      assertThat(service.log()).startsWith("{");
      service.terminate();
      service.awaitLog("answering for PT1S yet");
    }
  }

  /**
   * A model of one's own in a folder of its own, and a path in front: what ownModels and
   * contextPath make.
   */
  @Test
  void settings_withOwnModelsBehindAPath_takeEffect() throws Exception {
    Manifests chart =
        Chart.withValues(
            """
            models: [mine, resnet20-cifar10]
            ownModels: {configMap: mine}
            config: {server: {servlet: {context-path: /pictures}}}
            """);
    Path mine = Files.createDirectory(folder.resolve("mine"));
    String bundled = Files.readString(Path.of("models", "resnet20-cifar10.yml"));
    Path weights = Path.of("models").toAbsolutePath();
    Files.writeString(
        mine.resolve("mine.yml"),
        bundled
            .replaceFirst("(?m)^name: .*$", "name: mine")
            .replaceAll("(file|labels): (?!/)", "$1: " + weights + "/"));
    String written =
        chart.named("ConfigMap", "pictures-resnet-serving").at("/data/application.yml").asText();
    assertThat(written).contains("- /models");
    Files.writeString(
        Files.createDirectory(folder.resolve("config")).resolve("application.yml"),
        written.replace("- /models", "- " + mine).replace("- models", "- " + weights));
    JsonNode probes = chart.only("Deployment").at("/spec/template/spec/containers/0");
    try (ServiceProcess service = ServiceProcess.startAsConfigured(folder)) {
      RunningServer server = service.client();
      await()
          .atMost(Duration.ofSeconds(90))
          .ignoreExceptions()
          .until(
              () -> server.get(probes.at("/readinessProbe/httpGet/path").asText()).status() == 200);
      assertThat(server.get(probes.at("/livenessProbe/httpGet/path").asText()).status())
          .isEqualTo(200);
      assertThat(server.get("/livez").status()).isEqualTo(404);
      assertThat(server.get("/pictures/v1/models").json().at("/models/0/name").stringValue())
          .isEqualTo("mine");
      byte[] picture = RunningServer.picture("pictures/cat.jpg");
      assertThat(
              server.post("/pictures/v1/classify", picture, "Content-Type", "image/jpeg").status())
          .isEqualTo(200);
    }
  }
}
