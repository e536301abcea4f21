package org.resnetserving.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.ServiceProcess;

/** The jar, a thread of which gets SIGSEGV while it runs native code, and started again. */
@EnabledOnOs(OS.LINUX)
@Timeout(600)
final class CrashIT {
  private static final String MODEL = "resnet50-tiny-imagenet";
  private static final Duration END = Duration.ofSeconds(120);

  /** {@code 128 + SIGABRT}: how the JVM ends after it has written its report. */
  private static final int ABORTED = 134;

  @TempDir private Path folder;

  @Test
  void sigsegv_whileNativeCodeWorks_isToldOfByTheNextProcess() throws Exception {
    byte[] picture = largeJpeg();
    String hash = HexFormat.of().formatHex(NativeWork.prefixHash(picture));
    try (ServiceProcess service = start()) {
      crash(service, picture, NativeTask.JPEG);
    }
    try (ServiceProcess service = start()) {
      assertThat(service.log())
          .contains(
              "A process before ended without warning",
              "decoding a JPEG of %d bytes (SHA-256 of the first 4096: %s)"
                  .formatted(picture.length, hash));
      crash(service, RunningServer.picture("pictures/cat.jpg"), NativeTask.NETWORK);
    }
    try (ServiceProcess service = start()) {
      assertThat(service.log())
          .containsOnlyOnce("A process before ended without warning")
          .contains("running the model " + MODEL + " over a batch of 1");
      service.terminate();
      service.awaitEnd(END);
    }
    assertThat(works()).as("what a process leaves that was told to stop").isEmpty();
  }

  private ServiceProcess start() throws IOException {
    Files.deleteIfExists(folder.resolve("log"));
    ServiceProcess service =
        ServiceProcess.start(folder, "--models=" + MODEL, "--resnet.serving.precision=fp32");
    service.awaitReady(MODEL);
    return service;
  }

  /** Asks until the process is caught in the middle of that, and ends it there. */
  private void crash(ServiceProcess service, byte[] picture, NativeTask task) throws Exception {
    ExecutorService client = Executors.newSingleThreadExecutor();
    try {
      client.submit(
          () -> {
            while (true) {
              service.client().post("/v1/classify", picture, "Content-Type", "image/jpeg");
            }
          });
      await()
          .atMost(END)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                if (at(task).isEmpty()) {
                  return false;
                }
                // Held, so that what is seen now is so when the signal comes.
                service.signal("STOP");
                Optional<String> thread = at(task);
                if (thread.isPresent()) {
                  service.fault(thread.get());
                }
                service.signal("CONT");
                return thread.isPresent();
              });
      assertThat(service.awaitEnd(END)).isEqualTo(ABORTED);
    } finally {
      client.shutdownNow();
    }
    assertThat(service.crashes()).isNotEmpty();
    Files.delete(service.crashes().get(0));
  }

  /** The thread that does that now. */
  private Optional<String> at(NativeTask task) throws IOException {
    for (Path work : works()) {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(work));
      for (int at = 16; at < bytes.limit(); at += 256) {
        UnfinishedWork told = new WorkFile.Slot(bytes.slice(at, 256)).told();
        if (told != null && told.task() == task) {
          return Optional.of(told.thread());
        }
      }
    }
    return Optional.empty();
  }

  private List<Path> works() throws IOException {
    Path works = folder.resolve("cache/native-work");
    try (Stream<Path> files = Files.list(works)) {
      return files.toList();
    }
  }

  /** 12 million pixels, which take OpenCV long enough to be seen at it. */
  private static byte[] largeJpeg() throws IOException {
    BufferedImage image = new BufferedImage(4000, 3000, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 3000; y += 3) {
      image.setRGB(y, y, 0xffffff);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "jpg", file)).isTrue();
    return file.toByteArray();
  }
}
