package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.ServiceProcess;
import tools.jackson.databind.JsonNode;

/** What the jar leaves in its cache for the next start, or for another pod. */
@Timeout(400)
final class ProgramChoiceIT {
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");
  private static final int CLIENTS = 3;

  @TempDir private Path folder;

  @Test
  void choice_withoutAProgramThatAnotherMayBeTrying_isNotRemembered() throws Exception {
    String first = start();
    assertThat(first).doesNotContain("died of late");
    Path choice = choices().get(0);
    Files.delete(choice);
    String key = choice.getFileName().toString().replace(".choice", "");
    // A link to itself can neither be locked nor be told not to be.
    Path marker = choice.resolveSibling(key + ".FUSED.1.trying");
    Files.createSymbolicLink(marker, marker);
    assertThat(start()).contains("or is being tried by another");
    assertThat(choices()).isEmpty();

    // Nobody holds this one.
    Files.delete(marker);
    Files.createFile(marker);
    Files.createFile(choice.resolveSibling(key + ".FUSED.2.trying"));
    assertThat(start()).contains("two processes died of late while they tried it");
    assertThat(choices()).containsExactly(choice);
  }

  @Test
  void programOfAnIdleService_isReplacedByTheFastest_andNoRequestIsLost() throws Exception {
    try (ServiceProcess service = start("off")) {
      service.awaitReady(ServiceProcess.SMALL);
      assertThat(program(service).at("/trials/0").has("images_per_second")).isFalse();
    }
    Path choice = choices().get(0);
    // As if the expected one were by far not the fastest.
    Files.writeString(choice, "{\"kind\":\"PLAIN\",\"reason\":\"expected\",\"trials\":[]}");

    List<Integer> statuses = new CopyOnWriteArrayList<>();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    AtomicBoolean over = new AtomicBoolean();
    try (ServiceProcess service = start("idle")) {
      service.awaitReady(ServiceProcess.SMALL);
      assertThat(program(service).get("name").stringValue()).isEqualTo("plain");
      // The contest is over, and what won is about to be loaded.
      service.awaitLog(ServiceProcess.SMALL + ": plain runs");
      for (int i = 0; i < CLIENTS; i++) {
        clients.execute(
            () -> {
              while (!over.get()) {
                statuses.add(service.client().form("/v1/classify", "image", PICTURE).status());
              }
            });
      }
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> !program(service).get("name").stringValue().equals("plain"));
      int before = statuses.size();
      await().atMost(Duration.ofMinutes(2)).until(() -> statuses.size() > before + CLIENTS);
      over.set(true);
      clients.shutdown();
      assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(program(service).get("trials").size()).isGreaterThan(1);
    } finally {
      over.set(true);
      clients.shutdownNow();
    }
    assertThat(statuses).isNotEmpty().containsOnly(200);
    assertThat(Files.readString(choice)).doesNotContain("\"kind\":\"PLAIN\",\"reason\"");
  }

  private static JsonNode program(ServiceProcess service) {
    return service.client().get("/v1/models/" + ServiceProcess.SMALL).json().get("program");
  }

  private ServiceProcess start(String tuning) throws IOException {
    return ServiceProcess.start(
        folder,
        "--models=" + ServiceProcess.SMALL,
        "--resnet.tuning.when=" + tuning,
        "--resnet.tuning.idle-time=20s");
  }

  private String start() throws Exception {
    try (ServiceProcess service = start("start")) {
      service.awaitReady(ServiceProcess.SMALL);
      return service.log();
    }
  }

  private List<Path> choices() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache/programs"))) {
      return files.filter(file -> file.toString().endsWith(".choice")).toList();
    }
  }
}
