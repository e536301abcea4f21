package org.resnetserving.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
@Timeout(400)
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
            folder, "--models=" + ServiceProcess.SMALL, "--resnet.serving.deadline=3s")) {
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
        Thread.sleep(5_000);
        assertThat(clients.answered()).as("it stands still").isLessThanOrEqualTo(before + CLIENTS);
        service.signal("CONT");
        clients.awaitMoreThan(before + 5 * CLIENTS);
        clients.end().forEach(answers::addAll);
      } finally {
        service.signal("CONT");
      }

      Metrics metrics = new Metrics(service.management());
      // It stood still once more, perhaps, if the machine did.
      int standstills = (int) metrics.value("resnet_standstill_seconds_count");
      assertThat(standstills).isPositive();
      assertThat(answers)
          .as("those that were late, and all others")
          .extracting(Answer::status)
          .contains(200, 504)
          .containsOnly(200, 504);
      assertThat(answers)
          .filteredOn(answer -> answer.status() == 504)
          .hasSizeLessThanOrEqualTo(CLIENTS * standstills)
          .allSatisfy(
              answer ->
                  assertThat(answer.json().get("type").stringValue())
                      .endsWith(":deadline-exceeded"));
      assertThat(server.get("/readyz").status()).isEqualTo(200);
      assertThat(server.post(PATH, PICTURE, "Content-Type", "image/jpeg").status()).isEqualTo(200);
      String model = "{model=\"" + ServiceProcess.SMALL + "\"}";
      assertThat(metrics.value("resnet_workers_broken" + model)).isZero();
      assertThat(metrics.value("resnet_workers_replaced_total" + model)).isZero();
      await().until(() -> metrics.value("resnet_queued" + model) == 0);
      await().until(() -> metrics.value("resnet_running" + model) == 0);
      assertThat(metrics.value("resnet_clock_jumps_total")).isZero();
      assertThat(metrics.value("resnet_standstill_seconds_sum"))
          .isBetween(2.0 * standstills, 60.0 * standstills);
      assertThat(service.warnings()).isEmpty();
      assertThat(service.log().lines())
          .filteredOn(line -> line.contains(" WARN ") && line.contains("The process stood still "))
          .hasSizeGreaterThanOrEqualTo(standstills);
    }
  }
}
