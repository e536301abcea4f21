package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.BlackPicture;
import org.resnetserving.ControlGroup;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.SteadyClients;
import tools.jackson.databind.JsonNode;

/**
 * The jar as the image starts it, under limits of memory and processors as a container has them.
 */
@Tag("ops")
@Timeout(600)
final class LimitsIT {
  private static final String LARGE_MODEL = "resnet50-tiny-imagenet";
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");

  /** That the service says it needs. */
  private static final int MINIMUM = 768;

  private static final int CLIENTS = 48;

  /** One request in so many brings a large picture. */
  private static final int SHARE_OF_LARGE = 4;

  /** All that a picture's file may have. */
  private static final int MOST_BYTES = 20 << 20;

  /** By which answers of batches differ. */
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;

  @Test
  void memoryBelowTheMinimum_isRefusedInWords() throws Exception {
    try (ControlGroup limits = ControlGroup.of(MINIMUM - 1, 2);
        ServiceProcess service =
            ServiceProcess.startAsInTheImage(folder, limits, "--models=" + ServiceProcess.SMALL)) {
      assertThat(service.awaitEnd(Duration.ofSeconds(120))).isEqualTo(1);
      assertThat(service.log())
          .contains("The service may use 767 MiB of memory", "needs 768 MiB")
          .contains("--resnet.memory.minimum");
      assertThat(limits.kills()).isZero();
    }
  }

  @Test
  void halfACore_withTheMinimumOfMemory_serves_byOneWorker() throws Exception {
    try (ControlGroup limits = ControlGroup.of(MINIMUM, 0.5);
        ServiceProcess service =
            ServiceProcess.startAsInTheImage(folder, limits, "--models=" + ServiceProcess.SMALL)) {
      service.awaitReady(ServiceProcess.SMALL);
      assertThat(classify(service.client(), PICTURE).status()).isEqualTo(200);
      assertThat(service.metrics())
          .contains("resnet_workers 1.0", "system_cpu_count 1.0")
          .contains("resnet_memory_limit_bytes " + (double) ((long) MINIMUM << 20));
      assertThat(limits.kills()).isZero();
    }
  }

  @Test
  void largePictures_besideManyClients_areAnsweredOrRefused_andNothingIsKilled() throws Exception {
    byte[] large = Arrays.copyOf(BlackPicture.jpeg(6000, 4000, false), MOST_BYTES);
    byte[] costly = BlackPicture.jpeg(7000, 7000, true);
    try (ControlGroup limits = ControlGroup.of(MINIMUM, 1);
        ServiceProcess service =
            ServiceProcess.startAsInTheImage(folder, limits, "--models=" + LARGE_MODEL)) {
      service.awaitReady(LARGE_MODEL);
      RunningServer client = service.client();
      Answer golden = classify(client, PICTURE);
      Answer goldenLarge = classify(client, large);

      AtomicInteger turn = new AtomicInteger();
      List<Sent> all = new ArrayList<>();
      try (SteadyClients<Sent> clients =
          new SteadyClients<>(
              CLIENTS,
              () ->
                  turn.getAndIncrement() % SHARE_OF_LARGE > 0
                      ? new Sent(golden, classify(client, PICTURE))
                      : new Sent(goldenLarge, classify(client, large)))) {
        clients.awaitMoreThan(10 * CLIENTS);
        clients.end().forEach(all::addAll);
      }
      for (Sent sent : all) {
        if (sent.answer().status() == 200) {
          same(sent.answer(), sent.golden());
        } else {
          assertThat(sent.answer().status()).as(sent.answer().text()).isIn(408, 413, 429, 503, 504);
          assertThat(sent.answer().json().get("type").stringValue())
              .startsWith("urn:resnet-serving:problem:");
        }
      }
      assertThat(all).anyMatch(sent -> sent.answer().status() == 200);

      // What the last ones held is given back after their answers.
      await().until(() -> classify(client, large).status() == 200);
      same(classify(client, large), goldenLarge);
      Answer refused = classify(client, costly);
      assertThat(refused.status()).as(refused.text()).isEqualTo(429);
      assertThat(refused.json().get("resource").stringValue()).isEqualTo("memory");
      same(classify(client, PICTURE), golden);
      assertThat(limits.kills()).isZero();
      assertThat(service.log()).doesNotContain(" ERROR ", "OutOfMemoryError");
    }
  }

  /**
   * @param golden what the picture is answered when nobody else asks
   */
  private record Sent(Answer golden, Answer answer) {}

  private static Answer classify(RunningServer client, byte[] picture) {
    return client.post("/v1/classify", picture, "Content-Type", "image/jpeg");
  }

  private static void same(Answer answer, Answer golden) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode one = answer.json().at("/predictions/0");
    JsonNode other = golden.json().at("/predictions/0");
    assertThat(one.get("label").stringValue()).isEqualTo(other.get("label").stringValue());
    assertThat(one.get("probability").doubleValue())
        .isCloseTo(other.get("probability").doubleValue(), within(TOLERANCE));
  }
}
