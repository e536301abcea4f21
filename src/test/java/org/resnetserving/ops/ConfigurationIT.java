package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;

/** The service understands the settings that the chart writes. */
@Timeout(180)
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
}
