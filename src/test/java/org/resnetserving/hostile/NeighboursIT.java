package org.resnetserving.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;
import org.resnetserving.hostile.HostileFiles.HostileFile;

/**
 * A client whose neighbours send files that mean harm, to the jar as the image starts it: its
 * answers are those of a quiet service, to the last bit where pictures run one by one. How long it
 * waits is printed; {@code -Dtest.neighbours.pictures=N} measures it over more pictures. The files
 * are made before: making some takes more of the processor than refusing them.
 */
final class NeighboursIT {
  private static final int PICTURES = Integer.getInteger("test.neighbours.pictures", 40);
  private static final int NEIGHBOURS = 3;
  private static final int FILES = 600;

  @TempDir private Path folder;

  @Test
  void answers_besideHostileFiles_areThoseOfAQuietService() throws Exception {
    List<byte[]> pictures =
        List.of(HostileFiles.espresso(), RunningServer.picture("pictures/cat.jpg"));
    try (ServiceProcess service =
        ServiceProcess.startAsInTheImage(
            folder,
            "--resnet.serving.precision=fp32",
            "--resnet.serving.max-batch=1",
            // Else another program may take its place while files are made.
            "--resnet.tuning.when=off")) {
      service.awaitReady(ServiceProcess.SMALL);
      RunningServer client = service.client();
      client.awaitReady();
      HostileFiles made = new HostileFiles();
      List<HostileFile> files = IntStream.range(0, FILES).mapToObj(made::get).toList();
      run(client, pictures);
      Run quiet = run(client, pictures);

      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger next = new AtomicInteger();
      ExecutorService neighbours = Executors.newFixedThreadPool(NEIGHBOURS);
      double spent = service.processorSeconds();
      double own = processorSeconds();
      Run beside;
      try {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < NEIGHBOURS; i++) {
          running.add(
              neighbours.submit(
                  () -> {
                    while (!over.get()) {
                      assertThat(
                              HostileFilesIT.send(client, files.get(next.getAndIncrement() % FILES))
                                  .status())
                          .isBetween(200, 499);
                    }
                    return null;
                  }));
        }
        beside = run(client, pictures);
        spent = service.processorSeconds() - spent;
        own = processorSeconds() - own;
        over.set(true);
        for (Future<?> one : running) {
          one.get();
        }
      } finally {
        over.set(true);
        neighbours.shutdownNow();
      }
      System.out.printf(
          "%d pictures, then as many beside %d hostile files, %d at a time:"
              + " median %.1f and %.1f ms, p99 %.1f and %.1f ms;"
              + " of the processors, the service took %.1f s meanwhile, its clients %.1f s%n",
          PICTURES,
          next.get(),
          NEIGHBOURS,
          quiet.millis(0.5),
          beside.millis(0.5),
          quiet.millis(0.99),
          beside.millis(0.99),
          spent,
          own);
      assertThat(next.get()).isGreaterThan(NEIGHBOURS);
      assertThat(beside.answers()).isEqualTo(quiet.answers());
      assertThat(service.crashes()).isEmpty();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Compared never.
  private record Run(List<String> answers, long[] nanos) {
    double millis(double quantile) {
      long[] sorted = nanos.clone();
      Arrays.sort(sorted);
      return sorted[(int) Math.ceil(quantile * sorted.length) - 1] / 1e6;
    }
  }

  /** What this process has taken of the processors. */
  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** One picture after the other. */
  private static Run run(RunningServer client, List<byte[]> pictures) {
    List<String> answers = new ArrayList<>();
    long[] nanos = new long[PICTURES];
    for (int i = 0; i < PICTURES; i++) {
      byte[] picture = pictures.get(i % pictures.size());
      long start = System.nanoTime();
      Answer answer = client.post("/v1/classify?top_k=200", picture, "Content-Type", "image/jpeg");
      nanos[i] = System.nanoTime() - start;
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      answers.add(answer.text());
    }
    return new Run(answers, nanos);
  }
}
