package org.resnetserving.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That many pictures on the command line are answered as they are over HTTP. */
@ServerTest
final class ClassifyCommandIT {
  private static final Path PICTURES = Path.of("src/test/resources/pillow");
  private static final String MODEL = "resnet50-tiny-imagenet";

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final RunningServer server;

  @TempDir private Path folder;

  ClassifyCommandIT(@LocalServerPort int port) {
    server = new RunningServer(port);
  }

  @BeforeEach
  void waitUntilReady() {
    await().atMost(Duration.ofSeconds(120)).until(() -> server.get("/readyz").status() == 200);
  }

  @Test
  void classify_aFolder_answersAsOverHttp_andSaysWhichFilesAreBad() throws IOException {
    Path pictures = Files.createDirectory(folder.resolve("pictures"));
    try (Stream<Path> files = Files.list(PICTURES)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().limit(40).toList()) {
        Files.copy(file, pictures.resolve(file.getFileName()));
      }
    }
    byte[] espresso = RunningServer.picture("pictures/espresso.jpg");
    Files.write(pictures.resolve("cut.jpg"), Arrays.copyOf(espresso, 1000));
    Files.writeString(pictures.resolve("notes.txt"), "no picture");
    Files.write(pictures.resolve("empty.png"), new byte[0]);
    Path output = folder.resolve("results.jsonl");
    assertThat(run("classify", pictures.toString(), "--output=" + output)).isZero();

    List<String> lines = Files.readAllLines(output);
    try (Stream<Path> files = Files.list(pictures)) {
      assertThat(lines)
          .extracting(line -> json(line).get("path").stringValue())
          .containsExactlyElementsOf(files.sorted().map(Path::toString).toList());
    }
    int answered = 0;
    for (String line : lines) {
      JsonNode result = json(line);
      byte[] bytes = Files.readAllBytes(Path.of(result.get("path").stringValue()));
      Answer answer =
          server.post("/v1/classify", bytes, "Content-Type", "application/octet-stream");
      if (answer.status() == 200) {
        answered++;
        requireSame(result, answer.json());
      } else {
        assertThat(answer.json().get("type").stringValue())
            .endsWith(":" + result.get("problem").stringValue());
      }
    }
    assertThat(answered).isGreaterThanOrEqualTo(20);
    assertThat(lines)
        .anyMatch(line -> line.contains("notes.txt") && line.contains("image-unsupported"))
        .anyMatch(line -> line.contains("empty.png") && line.contains("image-missing"));
  }

  @Test
  void classify_withAnUnknownModelOrSetting_isMisused() {
    Path output = folder.resolve("results.jsonl");
    assertThat(run("classify", folder.toString(), "--output=" + output, "--resnet.sering.queue=1"))
        .isEqualTo(Commands.MISUSED);
    assertThat(run("classify", folder.toString(), "--output=" + output, "--shard=3/3"))
        .isEqualTo(Commands.MISUSED);
    assertThat(output).doesNotExist();
  }

  /** Runs in other batches, whose sums are of other orders. */
  private static void requireSame(JsonNode result, JsonNode http) {
    assertThat(result.get("model")).isEqualTo(http.get("model"));
    JsonNode ours = result.get("predictions");
    JsonNode theirs = http.get("predictions");
    assertThat(ours.size()).isEqualTo(theirs.size());
    for (int i = 0; i < ours.size(); i++) {
      for (String name : List.of("label", "index", "wnid")) {
        assertThat(ours.get(i).get(name)).isEqualTo(theirs.get(i).get(name));
      }
      assertThat(ours.get(i).get("probability").doubleValue())
          .isCloseTo(theirs.get(i).get("probability").doubleValue(), within(1e-5));
    }
  }

  private int run(String... arguments) {
    String[] all =
        Stream.concat(
                Stream.of(arguments),
                Stream.of("--model=" + MODEL, "--resnet.serving.precision=fp32"))
            .toArray(String[]::new);
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Commands(stream, stream).run(all).orElseThrow();
  }

  private static JsonNode json(String line) {
    return new JsonMapper().readTree(line);
  }
}
