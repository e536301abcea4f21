package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.SteadyClients;

/**
 * A model, {@code swap}, of which there are two versions, and clients that ask it without pause.
 */
final class SwappedModel {
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");
  private static final int CLIENTS = 3;
  private static final int TIMES = 6;

  private final Path folder;
  private final RunningServer server;

  SwappedModel(Path folder, RunningServer server) {
    this.folder = folder;
    this.server = server;
  }

  /** What has another version served. */
  interface Replacing {
    void by(String version) throws IOException;
  }

  /** Two networks that answer otherwise: the same weights under another mean. */
  static void describe(Path folder, String version) throws IOException {
    Files.writeString(
        folder.resolve("labels.txt"),
        IntStream.range(0, 10).mapToObj(i -> version + i).collect(Collectors.joining("\n")));
    // Moved into its place, so that nobody sees half of it.
    Path written =
        Files.writeString(
            folder.resolve("swap.new"),
            """
        title: %s
        architecture: resnet20-cifar
        weights: {file: %s}
        labels: labels.txt
        preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [%s, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616]}
        license: Apache-2.0
        """
                .formatted(
                    version,
                    Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors")
                        .toAbsolutePath(),
                    version.equals("odd") ? "0.4914" : "0.8"));
    Files.move(
        written,
        folder.resolve("swap.yml"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  /** What the model says: the version of its labels, and the probability to four digits. */
  String ask() {
    Answer answer = server.form("/v1/classify?top_k=1", "image", PICTURE);
    assertThat(answer.status()).as(() -> answer.json().toString()).isEqualTo(200);
    return "%s %.4f"
        .formatted(
            answer.json().at("/predictions/0/label").stringValue().replaceAll("\\d", ""),
            answer.json().at("/predictions/0/probability").doubleValue());
  }

  /** Has it replaced, and waits until it is. */
  void replaceBy(Replacing replacing, String version) throws IOException {
    describe(folder, version);
    replacing.by(version);
    await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> server.get("/v1/models/swap").json().get("title").stringValue(), version::equals);
  }

  /** No request is lost while it is replaced, and none gets some of each. */
  void assertReplacedUnderLoad(Replacing replacing) throws Exception {
    server.awaitReady();
    String odd = ask();
    replaceBy(replacing, "even");
    String even = ask();
    assertThat(even).isNotEqualTo(odd).startsWith("even");
    List<String> all = new ArrayList<>();
    try (SteadyClients<String> clients = new SteadyClients<>(CLIENTS, this::ask)) {
      for (int i = 0; i < TIMES; i++) {
        replaceBy(replacing, i % 2 == 0 ? "odd" : "even");
      }
      clients.end().forEach(all::addAll);
    }
    assertThat(all).isSubsetOf(odd, even).contains(odd, even);
    assertThat(ask()).isEqualTo(even);
  }
}
