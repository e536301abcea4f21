package org.resnetserving.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.SteadyClients;

/** The process dies in the middle of something, and is started again on what it left. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "Signals, and what the JVM makes of them.")
@Tag("ops")
@Timeout(800)
final class KilledProcessIT {
  private static final String MODEL = "resnet50-tiny-imagenet";
  private static final byte[] PICTURE = RunningServer.picture("pictures/espresso.jpg");
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int CLIENTS = 6;
  private static final int TRIES = 5;

  /** Exit statuses: 128 and the signal's number. */
  private static final int KILLED = 137;

  private static final int TERMINATED = 143;

  @TempDir private Path folder;

  @Test
  void processes_thatDieInATrial_areToldApart_andTheServiceComesUp() throws Exception {
    String killed = dieInATrial("KILL");
    assertThat(killed).doesNotContain("while it tried program");
    String crashed = dieInATrial("ILL");
    assertThat(crashed).containsOnlyOnce("A process was killed from outside at ");

    try (ServiceProcess service = start()) {
      service.awaitReady(MODEL);
      assertThat(service.log())
          .containsOnlyOnce("A process was killed from outside at ")
          .containsOnlyOnce("A process crashed at ")
          .contains("two processes died of late while they tried it");
      Metrics metrics = new Metrics(service.management());
      assertThat(metrics.value("resnet_trial_deaths{how=\"kill\"}")).isEqualTo(1);
      assertThat(metrics.value("resnet_trial_deaths{how=\"crash\"}")).isEqualTo(1);
      assertThat(classify(service).status()).isEqualTo(200);
    }
  }

  @Test
  void process_killedWhileItWritesAProgram_leavesNothingThatTheNextTrusts() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    String variable = "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + temporary;
    String[] arguments = {"--models=" + MODEL, "--resnet.tuning.when=off"};
    boolean killed = false;
    for (int i = 0; i < TRIES && !killed; i++) {
      try (ServiceProcess service = ServiceProcess.startWith(folder, variable, arguments)) {
        killed = isKilledInAProgram(service, temporary);
      }
    }
    assertThat(killed).as("caught it with a program half written").isTrue();
    List<Path> left = programs(temporary);
    assertThat(left).isNotEmpty();
    for (Path file : left) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
    }

    try (ServiceProcess service = ServiceProcess.startWith(folder, variable, arguments)) {
      service.awaitReady(MODEL);
      assertThat(classify(service).status()).isEqualTo(200);
      assertThat(service.log())
          .contains("which a process left that died while it loaded a program");
    }
    assertThat(programs(temporary)).isEmpty();
  }

  /** False if it had gone on before it was held, which a busy machine may let it. */
  private static boolean isKilledInAProgram(ServiceProcess service, Path temporary)
      throws Exception {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> programs(temporary).stream().anyMatch(file -> file.toFile().length() > 0));
    service.signal("STOP");
    boolean half = !programs(temporary).isEmpty() && !service.log().contains("is ready");
    service.signal(half ? "KILL" : "CONT");
    if (half) {
      assertThat(service.awaitEnd(LIMIT)).isEqualTo(KILLED);
    }
    return half;
  }

  private static List<Path> programs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".pt")).toList();
    }
  }

  @Test
  void process_killedInItsDrain_leavesACacheThatTheNextServesFrom() throws Exception {
    Answer golden;
    try (ServiceProcess service =
        ServiceProcess.start(
            folder, "--models=" + ServiceProcess.SMALL, "--resnet.shutdown.drain-delay=60s")) {
      service.awaitReady(ServiceProcess.SMALL);
      golden = classify(service);
      try (SteadyClients<Integer> clients =
          new SteadyClients<>(CLIENTS, () -> classify(service).status())) {
        clients.awaitMoreThan(CLIENTS);
        service.terminate();
        await().atMost(LIMIT).until(() -> service.client().get("/readyz").status() == 503);
        clients.awaitMoreThan(clients.answered() + CLIENTS);
        service.signal("KILL");
        assertThat(service.awaitEnd(LIMIT)).isEqualTo(KILLED);
      }
    }

    try (ServiceProcess service =
        ServiceProcess.start(folder, "--models=" + ServiceProcess.SMALL)) {
      service.awaitReady(ServiceProcess.SMALL);
      assertThat(classify(service).json().get("predictions"))
          .isEqualTo(golden.json().get("predictions"));
      assertThat(service.warnings())
          .allMatch(line -> line.contains("A process before ended without warning"));
      service.terminate();
      assertThat(service.awaitEnd(LIMIT)).isEqualTo(TERMINATED);
    }
  }

  private static Answer classify(ServiceProcess service) {
    return service.client().post("/v1/classify", PICTURE, "Content-Type", "image/jpeg");
  }

  private ServiceProcess start() throws IOException {
    return ServiceProcess.start(folder, "--models=" + MODEL, "--resnet.tuning.when=off");
  }

  private String dieInATrial(String signal) throws Exception {
    long before = trials();
    try (ServiceProcess service = start()) {
      await().atMost(LIMIT).pollInterval(Duration.ofMillis(2)).until(() -> trials() > before);
      service.signal(signal);
      service.awaitEnd(LIMIT);
      assertThat(service.log()).doesNotContain("is ready");
      return service.log();
    }
  }

  /** Under way, or cut short; of the model's programs alone. */
  private long trials() throws IOException {
    Path choices = folder.resolve("cache/programs");
    if (!Files.isDirectory(choices)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(choices)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".trying") && !name.startsWith("kernel-width"))
          .count();
    }
  }
}
