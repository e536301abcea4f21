package org.resnetserving.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.hostile.HostileFiles.HostileFile;
import tools.jackson.databind.JsonNode;

/**
 * Files that mean harm, six at a time, to the jar as the image starts it: each is answered by
 * labels or by a refusal that has a type, none costs much, and the good ones between them are
 * answered as ever. {@code -Dtest.hostile.files=N} sends more; the profile {@code ops} does.
 */
final class HostileFilesIT {
  private static final int FILES = Integer.getInteger("test.hostile.files", 1_000);
  private static final int CLIENTS = 6;

  /** How often a client comes again, in the fiftieth part of a second. */
  private static final int PATIENCE = 1_500;

  /** Of the processor's, for one file. */
  private static final double MOST_SECONDS = 2;

  /** What SECURITY.md states for a heap of 256 MB, as in a pod of 2 GiB. */
  private static final long MOST_MEMORY = 1_200_000_000;

  private static final byte[] ESPRESSO = HostileFiles.espresso();
  private static final Path KEPT = Path.of("target/hostile");

  @TempDir private Path folder;

  private record Slow(int number, long nanos) {}

  @Test
  void files_thatMeanHarm_areAnsweredAndHarmNobody() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.startAsInTheImage(
            folder, "--resnet.serving.precision=fp32", "--resnet.tuning.when=off")) {
      service.awaitReady(ServiceProcess.SMALL);
      RunningServer client = service.client();
      client.awaitReady();
      HostileFiles files = new HostileFiles();
      JsonNode before = labels(client);

      ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
      ConcurrentLinkedQueue<Slow> times = new ConcurrentLinkedQueue<>();
      AtomicInteger next = new AtomicInteger();
      AtomicInteger good = new AtomicInteger();
      try (ClosingExecutor clients = new ClosingExecutor(CLIENTS)) {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          running.add(
              clients.executor.submit(
                  () -> {
                    for (int n = next.getAndIncrement(); n < FILES; n = next.getAndIncrement()) {
                      HostileFile file = files.get(n);
                      long start = System.nanoTime();
                      fault(client, file, good).ifPresent(fault -> keep(file, fault, faults));
                      times.add(new Slow(n, System.nanoTime() - start));
                      if (n % 250 == 249 && !near(before, labels(client))) {
                        faults.add("espresso.jpg is answered otherwise after " + n + " files");
                      }
                    }
                    return null;
                  }));
        }
        for (Future<?> one : running) {
          one.get();
        }
      }
      // Those that took longest, again and alone: what do they cost?
      List<Slow> slowest =
          times.stream()
              .sorted((one, other) -> Long.compare(other.nanos(), one.nanos()))
              .limit(30)
              .toList();
      double most = 0;
      for (Slow slow : slowest) {
        HostileFile file = files.get(slow.number());
        double spent = service.processorSeconds();
        fault(client, file, good);
        spent = service.processorSeconds() - spent;
        most = Math.max(most, spent);
        if (spent > MOST_SECONDS) {
          keep(file, "takes %.2f s of a processor".formatted(spent), faults);
        }
      }
      System.out.printf(
          "%d hostile files: %d answered with labels; the dearest took %.2f s of a processor; at most %d MB of memory%n",
          FILES, good.get(), most, service.mostMemory() / 1_000_000);
      assertThat(faults).as("see " + KEPT).isEmpty();
      assertThat(labels(client)).isEqualTo(before);
      assertThat(good).as("damaged files of which something can be read").hasPositiveValue();
      assertThat(service.mostMemory()).isLessThan(MOST_MEMORY);
      assertThat(service.crashes()).isEmpty();
      assertThat(service.log()).doesNotContain(" ERROR ");
    }
  }

  /** What is wrong with the answer, if anything. */
  private static Optional<String> fault(
      RunningServer client, HostileFile file, AtomicInteger good) {
    try {
      Answer answer = patiently(() -> send(client, file));
      if (answer.status() == 200) {
        good.incrementAndGet();
        return answer.json().get("predictions").isEmpty()
            ? Optional.of("no labels")
            : Optional.empty();
      }
      // One that is late beside others is among those that are sent again and alone.
      boolean typed =
          (answer.status() / 100 == 4 || answer.status() == 504)
              && answer.json().path("type").asString("").startsWith("urn:resnet-serving:problem:");
      return typed ? Optional.empty() : Optional.of(answer.status() + " " + answer.text());
    } catch (AssertionError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Where as much as allowed is under way, which is an answer too, the client comes again. */
  private static Answer patiently(Supplier<Answer> request) {
    Answer answer = request.get();
    for (int i = 0; i < PATIENCE && answer.status() == 429; i++) {
      LockSupport.parkNanos(20_000_000);
      answer = request.get();
    }
    return answer;
  }

  static Answer send(RunningServer client, HostileFile file) {
    String path = "/v1/models/" + ServiceProcess.SMALL + "/classify";
    return switch (file.number() % 5) {
      case 0 -> client.form(path, "image", file.bytes());
      case 1 ->
          client.post(
              path,
              "{\"images\": [{\"b64\": \"%s\"}]}"
                  .formatted(Base64.getEncoder().encodeToString(file.bytes()))
                  .getBytes(StandardCharsets.UTF_8),
              "Content-Type",
              "application/json");
      default -> client.post(path, file.bytes(), "Content-Type", "image/jpeg");
    };
  }

  private static JsonNode labels(RunningServer client) {
    return patiently(() -> client.form("/v1/classify?top_k=10", "image", ESPRESSO))
        .json()
        .path("predictions");
  }

  /** Whether answers of batches of other sizes are the same, to what fp32 makes of it. */
  private static boolean near(JsonNode one, JsonNode other) {
    for (int i = 0; i < one.size(); i++) {
      double difference =
          one.get(i).get("probability").doubleValue()
              - other.path(i).path("probability").doubleValue(-1);
      if (!one.get(i).get("label").equals(other.path(i).get("label"))
          || Math.abs(difference) > 1e-5) {
        return false;
      }
    }
    return true;
  }

  private static void keep(HostileFile file, String fault, ConcurrentLinkedQueue<String> faults) {
    faults.add(file + ": " + fault);
    try {
      Files.createDirectories(KEPT);
      Files.write(KEPT.resolve(Integer.toString(file.number())), file.bytes());
    } catch (IOException e) {
      faults.add("not kept: " + e);
    }
  }

  /** An executor that is told to stop at the end; those of JDK 17 cannot be closed. */
  private static final class ClosingExecutor implements AutoCloseable {
    final ExecutorService executor;

    ClosingExecutor(int threads) {
      executor = Executors.newFixedThreadPool(threads);
    }

    @Override
    public void close() {
      executor.shutdownNow();
    }
  }
}
