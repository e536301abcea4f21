package org.resnetserving.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** libtorch fails in a run: who is answered all the same, and what is said of it. */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=faulty",
      "resnet.serving.workers=1",
      // A batch is full, or as old as that, before it is run: pictures sent together run together.
      "resnet.serving.max-batch=8",
      "resnet.serving.max-delay=1s"
    })
@Timeout(400)
final class FailingRunsIT {
  private static final String PATH = "/v1/models/faulty/classify";
  private static final int TRIES = 10;
  private static final String REPLACED = "A run failed, its predictor is replaced";
  private static final Map<String, Integer> COLOURS =
      Map.of("red", FaultyProgram.RED, "green", FaultyProgram.GREEN, "blue", FaultyProgram.BLUE);

  /** By a thread that runs networks, decodes or answers. */
  private static final Pattern LOUD =
      Pattern.compile(
          " (WARN|ERROR) .*\\[ *(inference-\\d+|decoder-\\d+|[^ ]*exec-\\d+)] +(org\\.resnetserving|o\\.r)\\.");

  @TempDir private static Path folder;

  private final RunningServer server;
  private final Metrics metrics;

  FailingRunsIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    server = new RunningServer(port);
    metrics = new Metrics(new RunningServer(managementPort));
  }

  @DynamicPropertySource
  static void models(DynamicPropertyRegistry registry) throws IOException {
    FaultyProgram.describe(folder);
    registry.add("resnet.models-directory", () -> folder);
  }

  @BeforeEach
  void awaitReady() {
    server.awaitReady();
  }

  @ParameterizedTest
  @CsvSource({"red, invalid for input", "blue, memory"})
  void run_thatLibtorchFailsIn_isAProblem_andTheNextIsAnswered(
      String colour, String reason, CapturedOutput log) {
    double before = replaced();

    Answer failed = send(COLOURS.get(colour));

    assertThat(failed.status()).isEqualTo(500);
    assertThat(failed.json().get("type").stringValue()).endsWith(":inference-failed");
    assertThat(failed.json().get("detail").stringValue()).contains("lane 'faulty'");
    assertThat(send(FaultyProgram.GREY).status()).isEqualTo(200);
    assertThat(replaced()).isEqualTo(before + 1);
    assertThat(broken()).isZero();
    assertThat(server.get("/readyz").status()).isEqualTo(200);
    assertThat(log.getAll()).contains(reason);
    assertThat(loud(log)).singleElement().asString().contains(REPLACED);
  }

  @Test
  void batch_thatDoesNotFitIntoMemory_isRunOneByOne(CapturedOutput log) throws Exception {
    double before = replaced();
    // Again, if they came so late after each other that each was a batch.
    for (int i = 0; i < TRIES && replaced() == before; i++) {
      assertThat(send(Collections.nCopies(8, FaultyProgram.GREEN)))
          .allSatisfy(
              answer -> {
                assertThat(answer.status()).as(answer::text).isEqualTo(200);
                assertThat(answer.json().at("/predictions/0/label").stringValue())
                    .isEqualTo("green");
              });
    }
    assertThat(replaced()).isGreaterThan(before);
    assertThat(loud(log)).isNotEmpty().allMatch(line -> line.contains(REPLACED));
  }

  @Test
  void picture_thatFailsItsRun_harmsNoNeighbour() throws Exception {
    double before = replaced();

    List<Answer> answers =
        send(
            List.of(FaultyProgram.GREY, FaultyProgram.GREY, FaultyProgram.RED, FaultyProgram.GREY));

    assertThat(answers).extracting(Answer::status).containsExactly(200, 200, 500, 200);
    assertThat(replaced()).isGreaterThan(before);
  }

  /**
   * What is said while requests are answered: services of other tests, in this process, have
   * threads that look after their models.
   */
  private static List<String> loud(CapturedOutput log) {
    return log.getAll().lines().filter(LOUD.asPredicate()).toList();
  }

  private double replaced() {
    return metrics.value("resnet_workers_replaced_total{model=\"faulty\"}");
  }

  private double broken() {
    return metrics.value("resnet_workers_broken{model=\"faulty\"}");
  }

  private Answer send(int colour) {
    return server.post(PATH, FaultyProgram.picture(colour), "Content-Type", "image/png");
  }

  /** All at the same time. */
  private List<Answer> send(List<Integer> colours) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(colours.size());
    try {
      List<Future<Answer>> sent = new ArrayList<>();
      for (int colour : colours) {
        sent.add(clients.submit(() -> send(colour)));
      }
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> one : sent) {
        answers.add(one.get());
      }
      return answers;
    } finally {
      clients.shutdownNow();
    }
  }
}
