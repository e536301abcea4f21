package org.resnetserving.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.ServiceProcess;

/** The process dies in the middle of something, and is started again on what it left. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "Signals, and what the JVM makes of them.")
@Tag("ops")
@Timeout(180)
final class KilledProcessIT {
  private static final String MODEL = "resnet50-tiny-imagenet";
  private static final byte[] PICTURE = RunningServer.picture("pictures/espresso.jpg");
  private static final Duration LIMIT = Duration.ofSeconds(60);

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
      assertThat(
              service.client().post("/v1/classify", PICTURE, "Content-Type", "image/jpeg").status())
          .isEqualTo(200);
    }
  }

  private ServiceProcess start() throws IOException {
    return ServiceProcess.start(folder, "--models=" + MODEL, "--resnet.tuning.when=off");
  }

  private String dieInATrial(String signal) throws Exception {
    try (ServiceProcess service = start()) {
      long before = trials();
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
