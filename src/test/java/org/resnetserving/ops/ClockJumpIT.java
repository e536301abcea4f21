package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RawHttp;
import org.resnetserving.RunningServer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.SteadyClients;

/** The machine's clock is set under load, by libfaketime: a day on, then back. */
@Tag("ops")
@Timeout(400)
final class ClockJumpIT {
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");
  private static final int HALF = PICTURE.length / 2;
  private static final int CLIENTS = 6;

  private static final String GET = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String POST =
      "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nRequest-Timeout: 60\r\n\r\n"
          .formatted(PICTURE.length);

  /** Tomcat looks once a second for connections that have waited too long. */
  private static final Duration LOOKS = Duration.ofMillis(2_500);

  @TempDir private Path folder;

  @Test
  void clock_setUnderLoad_movesNoDeadlineAndIsSaid() throws Exception {
    Path time = Files.writeString(folder.resolve("time"), "+0");
    List<String> prefix =
        List.of(
            "env",
            "LD_PRELOAD=" + library(),
            "FAKETIME_TIMESTAMP_FILE=" + time,
            "FAKETIME_CACHE_DURATION=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "DONT_FAKE_MONOTONIC=1",
            // Else it makes waits by the monotonic clock end at once.
            "FAKETIME_FORCE_MONOTONIC_FIX=0");
    try (ServiceProcess service =
        ServiceProcess.startUnder(
            folder,
            prefix,
            "--models=" + ServiceProcess.SMALL,
            // Less than a day, and more than a busy machine takes for what comes between.
            "--server.tomcat.keep-alive-timeout=2m")) {
      service.awaitReady(ServiceProcess.SMALL);
      RunningServer server = service.client();
      List<Integer> statuses = new ArrayList<>();
      try (SteadyClients<Integer> clients =
              new SteadyClients<>(
                  CLIENTS,
                  () ->
                      server.post("/v1/classify", PICTURE, "Content-Type", "image/jpeg").status());
          RawHttp idle = new RawHttp(service.port())) {
        assertThat(idle.send(GET).answer().status()).isEqualTo(200);
        clients.awaitMoreThan(5 * CLIENTS);
        try (RawHttp upload = new RawHttp(service.port())) {
          upload.send(POST).send(Arrays.copyOf(PICTURE, HALF));
          set(time, "+1d");
          service.awaitLog("The machine's clock was set by 8");
          Thread.sleep(LOOKS.toMillis());
          upload.send(Arrays.copyOfRange(PICTURE, HALF, PICTURE.length));
          assertThat(upload.answer().status()).isEqualTo(200);
        }
        assertThat(idle.send(GET).answer().status()).isEqualTo(200);
        set(time, "-1d");
        service.awaitLog("The machine's clock was set by -17");
        clients.awaitMoreThan(clients.answered() + 5 * CLIENTS);
        assertThat(idle.send(GET).answer().status()).isEqualTo(200);
        clients.end().forEach(statuses::addAll);
      }
      assertThat(statuses).containsOnly(200);
      assertThat(service.management().get("/actuator/prometheus").text())
          .contains("resnet_clock_jumps_total 2.0");
      assertThat(service.log()).doesNotContainPattern("stood still for \\d{4}");
      assertThat(service.warnings())
          .hasSize(2)
          .allMatch(line -> line.contains("The machine's clock was set by "));
    }
  }

  /** At once: it is read while it is written. */
  private static void set(Path time, String offset) throws IOException {
    Path next = Files.writeString(time.resolveSibling("next"), offset);
    Files.move(next, time, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path library() throws IOException {
    try (Stream<Path> files =
        Files.find(
            Path.of("/usr/lib"), 3, (file, about) -> file.endsWith("faketime/libfaketime.so.1"))) {
      return files.findFirst().orElseThrow();
    }
  }
}
