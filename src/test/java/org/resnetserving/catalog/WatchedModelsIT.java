package org.resnetserving.catalog;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A model follows its files while it answers: labels and weights change together. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=swap",
      "resnet.models-watch=1s",
      "resnet.serving.precision=fp32"
    })
final class WatchedModelsIT {
  @TempDir private static Path folder;

  private final RunningServer server;

  WatchedModelsIT(@LocalServerPort int port) {
    server = new RunningServer(port);
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
}
