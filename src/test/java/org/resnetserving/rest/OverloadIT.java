package org.resnetserving.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What a service with room for three requests says to many more. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet50-tiny-imagenet",
      "resnet.serving.precision=fp32",
      "resnet.serving.workers=1",
      "resnet.serving.max-batch=1",
      "resnet.serving.queue=2"
    })
final class OverloadIT {
  private static final int REQUESTS = 60;
  private static final int CLIENTS = 20;

  private final RunningServer server;

  OverloadIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @Test
  void requests_overTheBound_areRefusedWithTheTimeToComeBack() throws Exception {
    await().atMost(Duration.ofMinutes(2)).until(() -> server.get("/readyz").status() == 200);
    byte[] picture = RunningServer.picture("pictures/cat.jpg");
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    List<Answer> answers = new ArrayList<>();
    try {
      List<Future<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        sent.add(clients.submit(() -> server.form("/v1/classify", "image", picture)));
      }
      for (Future<Answer> answer : sent) {
        answers.add(answer.get());
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(answers).extracting(Answer::status).contains(200, 429).containsOnly(200, 429);
    assertThat(answers)
        .filteredOn(answer -> answer.status() == 429)
        .allSatisfy(
            answer -> {
              assertThat(answer.json().get("type").stringValue()).endsWith(":overloaded");
              assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 60);
            });
    assertThat(server.form("/v1/classify", "image", picture).status()).isEqualTo(200);
  }
}
