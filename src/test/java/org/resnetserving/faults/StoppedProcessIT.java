package org.resnetserving.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.SteadyClients;

/** The whole process stands still for some seconds under load, as in a machine that is paused. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "SIGSTOP is Unix's.")
@Timeout(180)
final class StoppedProcessIT {
  private static final String PATH = "/v1/models/" + ServiceProcess.SMALL + "/classify";
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");
  private static final int CLIENTS = 12;

  @TempDir private Path folder;

  @Test
  void process_thatStoodStillUnderLoad_answersOrRefusesAll_andGoesOn() throws Exception {
    // What waits when it stops is late when it goes on.
    try (ServiceProcess service =
        ServiceProcess.start(
            folder, "--models=" + ServiceProcess.SMALL, "--resnet.serving.deadline=2s")) {
      service.awaitReady(ServiceProcess.SMALL);
      RunningServer server = service.client();
      List<Answer> answers = new ArrayList<>();
      try (SteadyClients<Answer> clients =
          new SteadyClients<>(
              CLIENTS, () -> server.post(PATH, PICTURE, "Content-Type", "image/jpeg"))) {
        clients.awaitMoreThan(5 * CLIENTS);

        service.signal("STOP");
        int before = clients.answered();
        // It is the time that is tested: longer than the deadline, and than a beat may be late.
        Thread.sleep(4_000);
        assertThat(clients.answered()).as("it stands still").isLessThanOrEqualTo(before + CLIENTS);
        service.signal("CONT");
        clients.awaitMoreThan(before + 5 * CLIENTS);
        clients.end().forEach(answers::addAll);
      } finally {
        service.signal("CONT");
      }

      assertThat(answers)
          .as("those that were late, and all others")
          .extracting(Answer::status)
          .contains(200, 504)
          .containsOnly(200, 504);
      assertThat(answers)
          .filteredOn(answer -> answer.status() == 504)
          .hasSizeLessThanOrEqualTo(CLIENTS)
          .allSatisfy(
              answer ->
                  assertThat(answer.json().get("type").stringValue())
                      .endsWith(":deadline-exceeded"));
      assertThat(server.get("/readyz").status()).isEqualTo(200);
      assertThat(server.post(PATH, PICTURE, "Content-Type", "image/jpeg").status()).isEqualTo(200);
      Metrics metrics = new Metrics(service.management());
      String model = "{model=\"" + ServiceProcess.SMALL + "\"}";
      assertThat(metrics.value("resnet_workers_broken" + model)).isZero();
      assertThat(metrics.value("resnet_workers_replaced_total" + model)).isZero();
      assertThat(metrics.value("resnet_queued" + model)).isZero();
      assertThat(metrics.value("resnet_running" + model)).isZero();
      assertThat(metrics.value("resnet_standstill_seconds_count")).isEqualTo(1);
      assertThat(metrics.value("resnet_standstill_seconds_sum")).isBetween(2.0, 10.0);
      assertThat(metrics.value("resnet_clock_jumps_total")).isZero();
      assertThat(service.log().lines().filter(line -> line.matches(".* (WARN|ERROR) .*")))
          .singleElement()
          .asString()
          .contains("The process stood still for ");
    }
  }
}
