package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.download.Downloader;
import org.resnetserving.download.MisbehavingServer;

/**
 * The cache folder is a disk of its own, and full: what is served all the same, and what is said.
 */
@Tag("ops")
@Timeout(400)
final class FullDiskIT {
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @TempDir private Path folder;

  /** Mounts a small disk where the cache is, which the process alone sees, and fills it. */
  private List<String> onADisk(String size, int filled) throws IOException {
    Path cache = Files.createDirectory(folder.resolve("cache"));
    return List.of(
        "unshare",
        "--mount",
        "sh",
        "-c",
        "mount -t tmpfs -o size=%s none %s && head -c %d /dev/zero > %s/full && exec \"$@\""
            .formatted(size, cache, filled, cache),
        "sh");
  }

  @Test
  void natives_forWhichThereIsNoRoom_areSaidWithTheirFolder() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.startBare(
            folder,
            onADisk("20m", 0),
            "--models=" + ServiceProcess.SMALL,
            "--resnet.models-directory=" + Path.of("models").toAbsolutePath())) {
      assertThat(service.awaitEnd(LIMIT)).isNotZero();
      assertThat(service.log())
          .contains("Its libraries belong into " + folder.resolve("cache/native") + ", where ")
          .contains("MiB are free and they take about");
    }
  }

  @Test
  void program_forWhichThereIsNoRoom_isSaidWithItsFolder() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    List<String> onAFullOne =
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=4k none %1$s && head -c 4096 /dev/zero > %1$s/full && JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=%1$s exec \"$@\""
                .formatted(temporary),
            "sh");
    try (ServiceProcess service =
        ServiceProcess.startUnder(folder, onAFullOne, "--models=" + ServiceProcess.SMALL)) {
      service.awaitLog(
          "Model %s failed: the program cannot be written to %s"
              .formatted(ServiceProcess.SMALL, temporary));
      service.awaitLog("Started ResNetServing");
      assertThat(service.client().get("/v1/models/" + ServiceProcess.SMALL).json().get("reason"))
          .asString()
          .contains("No space left on device", "java.io.tmpdir");
    }
  }

  @Test
  void choice_thatCannotBeKept_isMadeAndServedAllTheSame() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.startUnder(
            folder, onADisk("4k", 4096), "--models=" + ServiceProcess.SMALL)) {
      service.awaitReady(ServiceProcess.SMALL);
      assertThat(
              service.client().post("/v1/classify", PICTURE, "Content-Type", "image/jpeg").status())
          .isEqualTo(200);
      assertThat(service.management().get("/actuator/prometheus").text())
          .contains("resnet_choices_unkept 1.0");
      assertThat(service.warnings())
          .singleElement()
          .asString()
          .contains(
              "The choice of a program cannot be kept in " + folder.resolve("cache/programs"),
              "No space left on device");
      // Names need no room: a file without content is begun, and must not stay.
      Path seen = Path.of("/proc/%d/root".formatted(service.pid()) + folder);
      assertThat(seen.resolve("cache/programs")).isEmptyDirectory();
    }
  }

  @Test
  void weights_forWhichThereIsNoRoom_failTheModel_andTheOthersAreServed() throws Exception {
    Path weights = Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors");
    Path models = Files.createDirectory(folder.resolve("models"));
    Path labels = Path.of("models/resnet20-cifar10/labels.txt").toAbsolutePath();
    try (MisbehavingServer host = new MisbehavingServer()) {
      host.on(
          "/weights.safetensors", MisbehavingServer.serves(Files.readAllBytes(weights), "\"1\""));
      String rest =
          """
          labels: %s
          preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
          license: Apache-2.0
          """
              .formatted(labels);
      Files.writeString(
          models.resolve("fetched.yml"),
          """
          title: Fetched
          architecture: resnet20-cifar
          weights:
            sources:
              - url: %s
                file: weights.safetensors
                sha256: %s
          """
                  .formatted(
                      host.url("/weights.safetensors"), Downloader.identify(weights).sha256())
              + rest);
      Files.writeString(
          models.resolve("here.yml"),
          "title: Here\narchitecture: resnet20-cifar\nweights: {file: %s}\n"
                  .formatted(weights.toAbsolutePath())
              + rest);
      try (ServiceProcess service =
          ServiceProcess.startBare(
              folder,
              onADisk("100k", 0),
              "--models=here,fetched",
              "--resnet.models-directory=" + models,
              "--resnet.native-directory=" + Path.of("target/service-natives").toAbsolutePath())) {
        service.awaitReady("here");
        await()
            .atMost(LIMIT)
            .until(
                () ->
                    service
                        .client()
                        .get("/v1/models/fetched")
                        .json()
                        .get("state")
                        .stringValue()
                        .equals("failed"));
        assertThat(service.client().get("/v1/models/fetched").json().get("reason").stringValue())
            .contains("the disk is too full", "are needed", "are free", "cache/weights");
        assertThat(
                service
                    .client()
                    .post("/v1/models/here/classify", PICTURE, "Content-Type", "image/jpeg")
                    .status())
            .isEqualTo(200);
        assertThat(service.management().get("/actuator/prometheus").text())
            .contains("resnet_model_state{model=\"fetched\",state=\"failed\"} 1.0");
        assertThat(service.log().lines().filter(line -> line.contains("Model fetched failed")))
            .hasSize(1);
      }
    }
  }
}
