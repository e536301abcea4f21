package org.resnetserving.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RawHttp;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.SteadyClients;

/** What becomes of requests, and of the process, when the jar is told to stop. */
@Timeout(400)
final class ShutdownIT {
  private static final String PATH = "/v1/models/" + ServiceProcess.SMALL + "/classify";
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");
  private static final int CLIENTS = 12;
  private static final int TERMINATED = 143;
  private static final Duration END = Duration.ofSeconds(60);

  /** For so long requests are answered, from the moment at which it is told to stop. */
  private static final Duration LEAST = Duration.ofMillis(300);

  /** The status of a request that came later than that, and was cut. */
  private static final int TOO_LATE = 0;

  @TempDir private Path folder;

  @Test
  void sigterm_underLoad_losesNoRequestAndReadinessGoesFirst() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.start(
            folder, "--models=" + ServiceProcess.SMALL, "--resnet.shutdown.drain-delay=10s")) {
      service.awaitReady(ServiceProcess.SMALL);
      RunningServer server = service.client();
      try (SteadyClients<Answer> clients =
          new SteadyClients<>(
              CLIENTS, () -> server.post(PATH, PICTURE, "Content-Type", "image/jpeg"))) {
        clients.awaitMoreThan(5 * CLIENTS);

        service.terminate();
        await()
            .atMost(Duration.ofMinutes(1))
            .pollInterval(Duration.ofMillis(20))
            .untilAsserted(
                () -> {
                  Answer readiness = server.get("/readyz");
                  assertThat(readiness.status()).isEqualTo(503);
                  assertThat(readiness.json().get("status").stringValue())
                      .isEqualTo("OUT_OF_SERVICE");
                });
        assertThat(server.get("/livez").status()).isEqualTo(200);
        int before = clients.answered();
        await()
            .atMost(Duration.ofMinutes(1))
            .pollInterval(Duration.ofMillis(10))
            .until(() -> clients.answered() > before + CLIENTS);

        for (List<Answer> answers : clients.end()) {
          assertThat(answers).isNotEmpty().extracting(Answer::status).containsOnly(200);
          assertThat(answers)
              .allSatisfy(
                  answer -> assertThat(answer.json().get("predictions").size()).isEqualTo(5));
          assertThat(answers.get(answers.size() - 1).header("Connection")).isEqualTo("close");
        }
        assertThat(service.awaitEnd(END)).isEqualTo(TERMINATED);
        assertThat(service.crashes()).isEmpty();
      }
    }
  }

  @Test
  void sigterm_whileConnectionsAreKept_answersEachAndClosesIt() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.start(folder, "--models=" + ServiceProcess.SMALL)) {
      service.awaitReady(ServiceProcess.SMALL);
      ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
      AtomicInteger answered = new AtomicInteger();
      AtomicLong told = new AtomicLong(Long.MAX_VALUE);
      try {
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          all.add(
              clients.submit(
                  () -> {
                    try (RawHttp http = new RawHttp(service.port())) {
                      return askUntilClosed(http, answered, told);
                    }
                  }));
        }
        await().atMost(END).until(() -> answered.get() > 5 * CLIENTS);
        told.set(System.nanoTime());
        service.terminate();
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> client : all) {
          statuses.add(client.get());
        }
        assertThat(statuses).contains(200).isSubsetOf(200, TOO_LATE);
        assertThat(service.awaitEnd(END)).isEqualTo(TERMINATED);
      } finally {
        clients.shutdownNow();
      }
    }
  }

  /** The status of the last answer; a client that had no turn of the processor may ask too late. */
  private static int askUntilClosed(RawHttp http, AtomicInteger answered, AtomicLong told)
      throws IOException {
    while (true) {
      long sent = System.nanoTime();
      try {
        RawHttp.Raw answer = http.send("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n").answer();
        answered.incrementAndGet();
        if (answer.header("Connection").equals("close")) {
          return answer.status();
        }
      } catch (IOException e) {
        if (told.get() == Long.MAX_VALUE || sent - told.get() < LEAST.toNanos()) {
          throw e;
        }
        return TOO_LATE;
      }
    }
  }

  @Test
  void sigterm_duringAnUpload_answersItBeforeTheEnd() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.start(folder, "--models=" + ServiceProcess.SMALL)) {
      service.awaitReady(ServiceProcess.SMALL);
      try (RawHttp client = new RawHttp(service.port())) {
        client.send(
            "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nExpect: 100-continue\r\nRequest-Timeout: 60\r\n\r\n"
                .formatted(PATH, PICTURE.length));
        // The service has begun to read: only then is the request accepted.
        assertThat(client.answer().status()).isEqualTo(100);
        int half = PICTURE.length / 2;
        client.send(Arrays.copyOf(PICTURE, half));
        service.terminate();
        await().atMost(END).until(() -> refuses(service.port()));
        client.send(Arrays.copyOfRange(PICTURE, half, PICTURE.length));
        RawHttp.Raw answer = client.answer();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"predictions\":[");
        assertThat(client.closed()).isTrue();
      }
      assertThat(service.awaitEnd(END)).isEqualTo(TERMINATED);
      assertThat(service.crashes()).isEmpty();
    }
  }

  @Test
  void sigterm_whileProgramsAreTried_endsWithoutACrash() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.start(
            folder, "--models=resnet50-tiny-imagenet", "--resnet.tuning.when=start")) {
      Path choices = folder.resolve("cache/programs");
      await().atMost(END).pollInterval(Duration.ofMillis(5)).until(() -> tried(choices) > 0);
      // Some way into the trial, which takes seconds.
      Thread.sleep(700);
      service.terminate();
      assertThat(service.awaitEnd(END)).isEqualTo(TERMINATED);
      assertThat(service.crashes()).isEmpty();
      assertThat(service.log()).doesNotContain("is ready", "has not ended");
      assertThat(tried(choices)).as("marks of a trial that killed the process").isZero();
    }
  }

  private static long tried(Path choices) throws IOException {
    if (!Files.isDirectory(choices)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(choices)) {
      return files.filter(file -> file.toString().endsWith(".trying")).count();
    }
  }

  private static boolean refuses(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }
}
