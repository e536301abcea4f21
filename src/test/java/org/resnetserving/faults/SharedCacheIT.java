package org.resnetserving.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.download.Downloader;
import org.resnetserving.download.MisbehavingServer;

/**
 * One cache folder for several processes: natives, weights and choices. One of them dies while it
 * fills it, and two start at the same moment.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SIGKILL is Unix's.")
@Tag("ops")
@Timeout(400)
final class SharedCacheIT {
  private static final Path WEIGHTS =
      Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors");
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @TempDir private Path folder;

  private final MisbehavingServer host = new MisbehavingServer();
  private Path cache;

  @BeforeEach
  void describe() throws IOException {
    cache = Files.createDirectory(folder.resolve("shared"));
    Path models = Files.createDirectory(folder.resolve("models"));
    Files.copy(Path.of("models/resnet20-cifar10/labels.txt"), models.resolve("labels.txt"));
    Files.writeString(
        models.resolve("fetched.yml"),
        """
        title: A model to be fetched
        architecture: resnet20-cifar
        weights:
          sources:
            - url: %s
              file: weights.safetensors
              sha256: %s
        labels: labels.txt
        preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
        license: Apache-2.0
        """
            .formatted(host.url("/weights.safetensors"), Downloader.identify(WEIGHTS).sha256()));
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void processKilledWhileItFillsTheCache_thenTwoAtTheSameMoment_bothServe() throws Exception {
    byte[] weights = Files.readAllBytes(WEIGHTS);
    CountDownLatch never = new CountDownLatch(1);
    host.on(
        "/weights.safetensors",
        MisbehavingServer.pauses(weights.length / 2, never, weights, "\"1\""));
    Path part = cache.resolve("weights/weights.safetensors.part");
    try (ServiceProcess first = start("killed")) {
      await().atMost(LIMIT).until(() -> Files.exists(part) && Files.size(part) > 0);
      first.signal("KILL");
      first.awaitEnd(LIMIT);
    } finally {
      never.countDown();
    }
    // The half that was sent may have come in pieces, and the process died after any of them.
    int kept = (int) Files.size(part);
    assertThat(kept).isBetween(1, weights.length / 2);
    // As it would be if it had died a little earlier, while it unpacked.
    Path unfinished = Files.createDirectories(cache.resolve("native/pytorch/tmp1"));
    try (Stream<Path> whole = Files.list(cache.resolve("native/pytorch"))) {
      for (Path each : whole.filter(path -> !path.equals(unfinished)).toList()) {
        Files.move(each, unfinished.resolve("moved"));
      }
    }

    host.on("/weights.safetensors", MisbehavingServer.serves(weights, "\"1\""));
    int before = host.requests().size();
    try (ServiceProcess one = start("one");
        ServiceProcess other = start("other")) {
      for (ServiceProcess each : List.of(one, other)) {
        each.awaitReady("fetched");
        assertThat(
                each.client().post("/v1/classify", PICTURE, "Content-Type", "image/jpeg").status())
            .isEqualTo(200);
        assertThat(each.warnings())
            .allMatch(line -> line.contains("A process died while it unpacked libtorch"));
      }
      assertThat(one.log() + other.log())
          .containsOnlyOnce("A process died while it unpacked libtorch");
      assertThat(host.requests().subList(before, host.requests().size()))
          .as("fetched once, and only the rest")
          .extracting(MisbehavingServer.Request::offset)
          .containsExactly(kept);
      assertThat(unfinished()).isZero();
    }
  }

  private long unfinished() throws IOException {
    Path libraries = cache.resolve("native/pytorch");
    if (!Files.isDirectory(libraries)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(libraries)) {
      return files.filter(file -> file.getFileName().toString().startsWith("tmp")).count();
    }
  }

  private ServiceProcess start(String name) throws IOException {
    Path own = Files.createDirectory(folder.resolve(name));
    Files.createSymbolicLink(own.resolve("cache"), cache);
    return ServiceProcess.startBare(
        own,
        List.of(),
        "--models=fetched",
        "--resnet.models-directory=" + folder.resolve("models"));
  }
}
