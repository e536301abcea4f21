package org.resnetserving.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.BlackPicture;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;

/** Memory ends for real: Linux gives no more of it, or the Java heap is full. */
@Tag("ops")
@Timeout(400)
final class NoMemoryIT {
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");

  /** Linux still gives so much to a process that has enough otherwise. */
  private static final long SLACK = 64L << 20;

  /** What {@code -XX:+ExitOnOutOfMemoryError} ends it with. */
  private static final int HEAP_FULL = 3;

  @TempDir private Path folder;

  @Test
  void picture_forWhichLinuxGivesNoMemory_isRefused_andTheOthersAreAnswered() throws Exception {
    byte[] large = BlackPicture.jpeg(7000, 7000, false);
    try (ServiceProcess service =
        ServiceProcess.startAsInTheImage(
            folder, "--models=" + ServiceProcess.SMALL, "--resnet.tuning.when=off")) {
      service.awaitReady(ServiceProcess.SMALL);
      Answer golden = classify(service, PICTURE);
      assertThat(golden.status()).isEqualTo(200);

      addressSpace(service, Long.toString(size(service) + SLACK));
      Answer refused = classify(service, large);
      assertThat(refused.status()).as(refused.text()).isEqualTo(429);
      assertThat(refused.json().get("type").stringValue()).endsWith(":overloaded");
      assertThat(refused.json().get("detail").stringValue())
          .startsWith("There is no memory to decode the JPEG now");
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(classify(service, PICTURE).text()).isEqualTo(golden.text());

      addressSpace(service, "unlimited");
      assertThat(classify(service, large).status()).isEqualTo(200);
      assertThat(service.log()).doesNotContain(" ERROR ");
    }
  }

  private static void addressSpace(ServiceProcess service, String bytes) throws Exception {
    Process limit =
        new ProcessBuilder("prlimit", "--pid", Long.toString(service.pid()), "--as=" + bytes + ":")
            .inheritIO()
            .start();
    assertThat(limit.waitFor()).isZero();
  }

  /** Its address space, in bytes. */
  private static long size(ServiceProcess service) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(service.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmSize:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void heapThatIsFull_endsTheProcessInWords_andTheNextServes() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.startAsInTheImage(
            folder,
            "--models=" + ServiceProcess.SMALL,
            // More than the heap has: the mistake that is to be seen.
            "--resnet.admission.uploads=1GB",
            "--resnet.image.max-bytes=900MB")) {
      service.awaitReady(ServiceProcess.SMALL);
      assertThatThrownBy(
              () ->
                  service
                      .client()
                      .post(
                          "/v1/classify",
                          BodyPublishers.ofInputStream(NoMemoryIT::zeros),
                          "Content-Type",
                          "image/jpeg"))
          .hasMessageContaining("no answer");
      assertThat(service.awaitEnd(Duration.ofSeconds(60))).isEqualTo(HEAP_FULL);
      assertThat(service.log())
          .contains("Terminating due to java.lang.OutOfMemoryError: Java heap space");
    }

    try (ServiceProcess service =
        ServiceProcess.startAsInTheImage(folder, "--models=" + ServiceProcess.SMALL)) {
      service.awaitReady(ServiceProcess.SMALL);
      assertThat(classify(service, PICTURE).status()).isEqualTo(200);
    }
  }

  /** Without end. */
  private static InputStream zeros() {
    return new InputStream() {
      @Override
      public int read() {
        return 0;
      }

      @Override
      public int read(byte[] bytes, int from, int length) {
        return length;
      }
    };
  }

  private static Answer classify(ServiceProcess service, byte[] picture) {
    return service.client().post("/v1/classify", picture, "Content-Type", "image/jpeg");
  }
}
