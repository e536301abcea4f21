package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");
  private static final int CLIENTS = 3;
  private static final int TIMES = 6;

  @TempDir private static Path folder;

  private final RunningServer server;
  private final RunningServer management;

  ReplaceIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    server = new RunningServer(port);
    management = new RunningServer(managementPort);
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    describe("odd");
    registry.add("resnet.models-directory", () -> folder);
  }

  /** Two networks that answer otherwise: the same weights under another mean. */
  private static void describe(String version) throws IOException {
    Files.writeString(
        folder.resolve("labels.txt"),
        IntStream.range(0, 10).mapToObj(i -> version + i).collect(Collectors.joining("\n")));
    Files.writeString(
        folder.resolve("swap.yml"),
        """
        title: %s
        architecture: resnet20-cifar
        weights: {file: %s}
        labels: labels.txt
        preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [%s, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
        license: Apache-2.0
        """
            .formatted(
                version,
                Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors").toAbsolutePath(),
                version.equals("odd") ? "0.4914" : "0.8"));
  }

  /** What the model says: the version of its labels, and the probability to four digits. */
  private String ask() {
    Answer answer = server.form("/v1/classify?top_k=1", "image", PICTURE);
    assertThat(answer.status()).as(() -> answer.json().toString()).isEqualTo(200);
    return "%s %.4f"
        .formatted(
            answer.json().at("/predictions/0/label").stringValue().replaceAll("\\d", ""),
            answer.json().at("/predictions/0/probability").doubleValue());
  }

  private void replaceBy(String version) throws IOException {
    describe(version);
    assertThat(management.post("/actuator/models/swap", new byte[0]).status()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> server.get("/v1/models/swap").json().get("title").stringValue(), version::equals);
  }

  @Test
  void model_replacedWhileItAnswers_losesNoRequestAndMixesNone() throws Exception {
    server.awaitReady();
    String odd = ask();
    replaceBy("even");
    String even = ask();
    assertThat(even).isNotEqualTo(odd).startsWith("even");
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    List<Future<List<String>>> answers = new ArrayList<>();
    try {
      for (int i = 0; i < CLIENTS; i++) {
        answers.add(
            clients.submit(
                () -> {
                  List<String> said = new ArrayList<>();
                  while (!over.get()) {
                    said.add(ask());
                  }
                  return said;
                }));
      }
      for (int i = 0; i < TIMES; i++) {
        replaceBy(i % 2 == 0 ? "odd" : "even");
      }
    } finally {
      over.set(true);
      clients.shutdown();
    }
    List<String> all = new ArrayList<>();
    for (Future<List<String>> of : answers) {
      all.addAll(of.get());
    }
    assertThat(all).isSubsetOf(odd, even).contains(odd, even);
    assertThat(ask()).isEqualTo(even);
  }

  @Test
  void replacement_thatFails_leavesTheModelAsItIs() throws IOException {
    server.awaitReady();
    replaceBy("even");
    String before = ask();
    Files.writeString(
        folder.resolve("swap.yml"),
        Files.readString(folder.resolve("swap.yml"))
            .replace("resnet20-cifar\n", "resnet32-cifar\n"));
    management.post("/actuator/models/swap", new byte[0]);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> server.get("/v1/models/swap").json().at("/reason").asString(),
            reason -> reason.startsWith("What should take its place failed"));
    assertThat(server.get("/v1/models/swap").json().get("state").stringValue()).isEqualTo("ready");
    assertThat(ask()).isEqualTo(before);
  }
}
