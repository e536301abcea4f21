package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A model follows its files while it answers: labels and weights change together. */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=swap",
      "resnet.models-watch=1s",
      "resnet.serving.precision=fp32"
    })
@DirtiesContext // Else it would watch a folder that is gone.
final class WatchedModelsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private static Path folder;

  private final RunningServer server;

  private final MeterRegistry registry;

  WatchedModelsIT(@LocalServerPort int port, @Autowired MeterRegistry registry) {
    server = new RunningServer(port);
    this.registry = registry;
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    SwappedModel.describe(folder, "odd");
    registry.add("resnet.models-directory", () -> folder);
  }

  @Test
  void files_thatChangeWhileTheModelAnswers_loseNoRequestAndMixNone() throws Exception {
    new SwappedModel(folder, server).assertReplacedUnderLoad(version -> {});
  }

  @Test
  void descriptor_thatIsDamagedOrItsWeightsGone_changesNothingButIsSaid(CapturedOutput log)
      throws IOException {
    SwappedModel model = new SwappedModel(folder, server);
    server.awaitReady();
    model.replaceBy(version -> {}, "odd");
    String before = model.ask();
    double failed = changesFailed();
    Path descriptor = folder.resolve("swap.yml");
    String good = Files.readString(descriptor);

    Files.writeString(descriptor, "title: [");
    await().atMost(LIMIT).until(() -> changesFailed() == failed + 1);
    assertThat(model.ask()).isEqualTo(before);

    Files.writeString(
        descriptor, good.replaceAll("weights: .*", "weights: {file: nowhere.safetensors}"));
    await().atMost(LIMIT).until(() -> changesFailed() == failed + 2);
    assertThat(model.ask()).isEqualTo(before);
    assertThat(server.get("/v1/models/swap").json().get("state").stringValue()).isEqualTo("ready");
    assertThat(server.get("/v1/models/swap").json().get("reason").stringValue())
        .contains("What should take its place failed", "nowhere.safetensors");
    // Those of this package: there are services of other tests in this process.
    assertThat(log.getOut().lines().filter(line -> line.matches(".* (WARN|ERROR) .*catalog\\..*")))
        .hasSize(2)
        .anyMatch(line -> line.contains("Models stay as they are: "))
        .anyMatch(line -> line.contains("Model swap failed: "));

    model.replaceBy(version -> {}, "even");
    assertThat(server.get("/v1/models/swap").json().has("reason")).isFalse();
    model.replaceBy(version -> {}, "odd");
  }

  private double changesFailed() {
    return registry.get(CatalogMetrics.CHANGES_FAILED).counter().count();
  }
}
