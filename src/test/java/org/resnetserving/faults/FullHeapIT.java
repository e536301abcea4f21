package org.resnetserving.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RawHttp;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.SteadyClients;

/**
 * Clients against the Java heap of the least memory that the service starts with: heads and uploads
 * that stop before their end, tables of decoders, drawings that nobody reads and full queues, at
 * once.
 */
@Tag("ops")
@Timeout(600)
final class FullHeapIT {
  private static final String MODEL = "resnet50-tiny-imagenet";
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");

  /** That the service says it needs. */
  private static final int MINIMUM = 768;

  /** All that a picture's file may have. */
  private static final int MOST_BYTES = 20 << 20;

  /** An upload has half the bytes of the one before, so that they fill whatever room there is. */
  private static final int SIZES = 9;

  private static final int DRAWN_SIDE = 1024;

  /** Those that one address could have, were there room for them. */
  private static final int CONNECTIONS = 1024;

  /** Pictures with large tables, until which it lasts. */
  private static final int TURNS = 400;

  @TempDir private Path folder;

  @Test
  void clientThatTakesWhatItCanOfTheHeap_isRefused_andEndsNothing() throws Exception {
    byte[] tables = WideTiff.bytes();
    byte[] noise = noise();
    try (ServiceProcess service =
        ServiceProcess.startInMemory(folder, MINIMUM, "--models=" + MODEL)) {
      service.awaitReady(MODEL);
      RunningServer client = service.client();
      Answer golden = classify(client, PICTURE);
      assertThat(golden.status()).isEqualTo(200);

      AtomicInteger turn = new AtomicInteger();
      try (SteadyClients<Integer> uploads =
              new SteadyClients<>(
                  2 * SIZES,
                  () -> halfSent(service, MOST_BYTES >> turn.getAndIncrement() % SIZES));
          SteadyClients<Integer> drawings =
              new SteadyClients<>(6, () -> drawnForNobody(service, noise));
          SteadyClients<Integer> tablesOf =
              new SteadyClients<>(4, () -> classify(client, tables).status());
          SteadyClients<Integer> usual =
              new SteadyClients<>(90, () -> classify(client, PICTURE).status());
          SteadyClients<Integer> heads = new SteadyClients<>(1, () -> halfHeads(service))) {
        await()
            .atMost(Duration.ofMinutes(5))
            .until(() -> tablesOf.answered() > TURNS && heads.answered() > 1);
        assertThat(heads.end().get(0)).allMatch(open -> open > 100);
        List<Integer> statuses = new ArrayList<>();
        for (SteadyClients<Integer> clients : List.of(tablesOf, usual, drawings, uploads)) {
          clients.end().forEach(statuses::addAll);
        }
        assertThat(statuses).contains(200, 429);
        assertThat(statuses).isSubsetOf(200, 408, 413, 429, 503, 504);
      }
      // What the last ones held is given back after their answers.
      await().until(() -> classify(client, PICTURE).status() == 200);
      await().until(() -> classify(client, tables).status() == 200);
      assertThat(service.log()).doesNotContain("OutOfMemoryError", " ERROR ");
    }
  }

  /** Opens as many connections as it may, sends half a head on each, and closes them. */
  private static int halfHeads(ServiceProcess service) throws Exception {
    List<RawHttp> open = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        Socket socket =
            new Socket(
                InetAddress.getLoopbackAddress(),
                service.port(),
                InetAddress.getByName("127.0.0.2"),
                0);
        open.add(new RawHttp(socket).send("POST /v1/classify HTTP/1.1\r\nHost: x\r\nX-"));
      }
    } catch (IOException e) {
      // It gets no more.
    }
    Thread.sleep(2000);
    for (RawHttp http : open) {
      http.close();
    }
    return open.size();
  }

  /** Sends all of a picture but its last byte, and waits for the answer to that. */
  private static int halfSent(ServiceProcess service, int bytes) throws IOException {
    try (RawHttp http = new RawHttp(service.port())) {
      http.send(
          "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nRequest-Timeout: 15\r\nContent-Length: %d\r\n\r\n"
              .formatted(bytes));
      try {
        http.send(Arrays.copyOf(PICTURE, bytes - 1));
      } catch (IOException e) {
        // Refused before its end.
      }
      return http.answer().status();
    } catch (IOException e) {
      return 429;
    }
  }

  /** Has a map drawn, and reads the first line of the answer long after it is there. */
  private static int drawnForNobody(ServiceProcess service, byte[] picture) throws Exception {
    try (RawHttp http = new RawHttp(service.port())) {
      http.send(
              ("POST /v1/explain HTTP/1.1\r\nHost: x\r\nAccept: image/png\r\n"
                      + "Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n")
                  .formatted(picture.length))
          .send(picture);
      await().until(http::hasAnswer);
      Thread.sleep(2000);
      return http.answer().status();
    }
  }

  private static Answer classify(RunningServer client, byte[] picture) {
    return client.post("/v1/classify", picture, "Content-Type", "image/jpeg");
  }

  private static byte[] noise() throws IOException {
    BufferedImage image = new BufferedImage(DRAWN_SIDE, DRAWN_SIDE, BufferedImage.TYPE_3BYTE_BGR);
    new Random(1).nextBytes(((DataBufferByte) image.getRaster().getDataBuffer()).getData());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "jpeg", out);
    return out.toByteArray();
  }
}
