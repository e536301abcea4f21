package org.resnetserving.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.ServiceProcess;
import org.resnetserving.bulk.Shard;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The jar that was built classifies pictures as a Job's pod does, and is killed. */
@Timeout(400)
final class ClassifyProcessIT {
  private static final Path PICTURES = Path.of("src/test/resources/pictures").toAbsolutePath();
  private static final Duration END = Duration.ofMinutes(3);

  /** Of SIGKILL, as Java tells it. */
  private static final int KILLED = 137;

  @TempDir private Path folder;
  private Path list;
  private Path output;

  @BeforeEach
  void files() {
    list = folder.resolve("list.txt");
    output = folder.resolve("results.jsonl");
  }

  @Test
  void classify_whichIsKilled_goesOnAfterTheLastWholeLine() throws Exception {
    List<String> names = names(6000);
    Files.write(list, names);
    Process first = start();
    await()
        .atMost(END)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              assertThat(first.isAlive()).as(this::log).isTrue();
              return lines().size() >= 100;
            });
    first.destroyForcibly();
    assertThat(end(first)).isEqualTo(KILLED);
    List<String> before = lines();
    assertThat(before).hasSizeLessThan(names.size());

    assertThat(end(start())).as(this::log).isZero();
    assertThat(log()).contains("%d pictures already: going on from there".formatted(before.size()));
    List<String> after = lines();
    assertThat(after).extracting(line -> json(line).get("path").stringValue()).isEqualTo(names);
    assertThat(after.subList(0, before.size())).isEqualTo(before);
    Set<String> labels = new TreeSet<>();
    after.forEach(
        line ->
            labels.add(
                json(line).get("path").stringValue()
                    + json(line).at("/predictions/0/label").stringValue("none")));
    // Each picture has one first label, however often it was asked about, before and after.
    assertThat(labels).hasSameSizeAs(new TreeSet<>(names));
  }

  @Test
  void classify_inAPodOfAJob_takesItsShare_whateverTheServersModels() throws Exception {
    List<String> names = names(9);
    Files.write(list, names);
    Path config = Files.createDirectory(folder.resolve("config"));
    Files.writeString(
        config.resolve("application.yml"), "resnet: {models: [resnet50-tiny-imagenet]}\n");
    ProcessBuilder pod = command("--shard=2");
    pod.environment().put(Shard.JOB_INDEX, "1");
    assertThat(end(pod.start())).as(this::log).isZero();
    assertThat(lines())
        .extracting(line -> json(line).get("path").stringValue())
        .containsExactly(names.get(1), names.get(3), names.get(5), names.get(7));
    assertThat(json(lines().get(0)).get("model").stringValue()).isEqualTo(ServiceProcess.SMALL);
  }

  @Test
  void exitStatus_tellsWhatIsNotWorthTryingAgain() throws Exception {
    Files.write(list, names(3));
    assertThat(end(command("--shard=3/3").start())).as(this::log).isEqualTo(2);
    assertThat(end(command("--resnet.serving.precison=fp32").start())).as(this::log).isEqualTo(2);
    assertThat(output).doesNotExist();
    Files.writeString(output, "{\"path\":\"another.jpg\",\"model\":\"m\",\"predictions\":[]}\n");
    assertThat(end(start())).as(this::log).isEqualTo(1);
    assertThat(log()).contains("another picture, model");
    assertThat(lines()).hasSize(1);
  }

  /** The same pictures over and over. */
  private static List<String> names(int count) throws IOException {
    try (Stream<Path> files = Files.list(PICTURES)) {
      List<String> all =
          files.map(Path::toString).filter(n -> n.endsWith(".jpg")).sorted().toList();
      List<String> names = new ArrayList<>();
      while (names.size() < count) {
        names.addAll(all);
      }
      return List.copyOf(names.subList(0, count));
    }
  }

  private Process start() throws IOException {
    return command().start();
  }

  private ProcessBuilder command(String... more) {
    List<String> command =
        new ArrayList<>(
            ServiceProcess.command(
                folder,
                "classify",
                list.toString(),
                "--model=" + ServiceProcess.SMALL,
                "--output=" + output,
                "--resnet.serving.precision=fp32"));
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile());
  }

  private static int end(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(END.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whole ones. */
  private List<String> lines() throws IOException {
    if (!Files.exists(output)) {
      return List.of();
    }
    String text = Files.readString(output);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(String line) {
    return new JsonMapper().readTree(line);
  }
}
