package org.resnetserving.ops;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A program that runs beside the test, with its output in a file, until it is closed. */
final class Running implements AutoCloseable {

  static final Path WORK = Path.of("target", "ops");

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();

  private final Process process;
  private final Path log;

  private Running(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static Running start(String name, List<String> command) throws IOException {
    Files.createDirectories(WORK);
    Path log = WORK.resolve(name + ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    return new Running(process, log);
  }

  /** Runs a program to its end and gives what it said; it must succeed. */
  static String run(Duration limit, String... command) throws Exception {
    return run(limit, Map.of(), command);
  }

  static String run(Duration limit, Map<String, String> environment, String... command)
      throws Exception {
    Files.createDirectories(WORK);
    Path output = Files.createTempFile(WORK, "run", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(limit.toSeconds(), SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          "%s took longer than %s:%n%s".formatted(command[0], limit, Files.readString(output)));
    }
    String said = Files.readString(output);
    assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), said).isZero();
    return said;
  }

  /** Something that says what went wrong. */
  interface Diagnosis {
    String get() throws Exception;
  }

  /** Waits until the address answers 200. */
  void await(URI address, Duration limit) throws Exception {
    await(
        address,
        limit,
        () -> {
          assertThat(process.isAlive()).as("ended: %s", said()).isTrue();
          return said();
        });
  }

  static void await(URI address, Duration limit, Diagnosis diagnosis) throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end) {
      try {
        if (get(address).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      Thread.sleep(200);
    }
    throw new AssertionError(
        "%s did not answer within %s: %s".formatted(address, limit, diagnosis.get()));
  }

  String said() throws IOException {
    return Files.readString(log);
  }

  static HttpResponse<String> get(URI address) throws Exception {
    return get(address, "*/*");
  }

  static HttpResponse<String> get(URI address, String accept) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(30))
            .header("Accept", accept)
            .build(),
        BodyHandlers.ofString());
  }

  static HttpResponse<String> post(URI address, byte[] picture) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "image/jpeg")
            .POST(BodyPublishers.ofByteArray(picture))
            .build(),
        BodyHandlers.ofString());
  }

  @Override
  public void close() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    if (!process.waitFor(40, SECONDS)) {
      process.destroyForcibly();
    }
  }
}
