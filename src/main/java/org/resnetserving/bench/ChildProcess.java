package org.resnetserving.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.resnetserving.bench.ResponseReader.Response;

/** This same program in a process of its own, so that what it uses can be told apart. */
final class ChildProcess implements AutoCloseable {
  private static final String MAIN = "org.resnetserving.ResNetServing";
  private static final int OK = 200;
  private static final int TAIL_LINES = 30;
  private static final long POLL_MILLIS = 100;
  private static final long STOP_SECONDS = 20;

  private final Process process;
  private final Path output;

  private ChildProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-child"));
  }

  /**
   * Starts it.
   *
   * @param javaOptions of its virtual machine
   * @param arguments of its command line
   * @param output the file that its standard output and error are written to
   */
  static ChildProcess start(List<String> javaOptions, List<String> arguments, Path output)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaOptions);
    String classPath = System.getProperty("java.class.path");
    if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
      command.addAll(List.of("-jar", classPath));
    } else {
      command.addAll(List.of("-cp", classPath, MAIN));
    }
    command.addAll(arguments);
    return new ChildProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start(),
        output);
  }

  /** A port that nobody listens on now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  long pid() {
    return process.pid();
  }

  /**
   * Waits until a path answers 200.
   *
   * @throws IOException if the process ends before, or that takes too long; with what it last said
   */
  void awaitReady(InetSocketAddress address, String path, int seconds)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() - end < 0) {
      if (!process.isAlive()) {
        throw new IOException(
            "it ended with status %d:%n%s".formatted(process.exitValue(), tail()));
      }
      try (HttpConnection connection = new HttpConnection(address)) {
        if (connection.exchange(Requests.get(URI.create(path))).status() == OK) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IOException("it is not ready after %d s:%n%s".formatted(seconds, tail()));
  }

  /** What a path answers. */
  static Response get(InetSocketAddress address, String path) throws IOException {
    try (HttpConnection connection = new HttpConnection(address)) {
      return connection.exchange(Requests.get(URI.create(path)));
    }
  }

  /** Waits for its end; returns what it wrote. */
  String await(int seconds) throws IOException, InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new IOException("it is not done after %d s:%n%s".formatted(seconds, tail()));
    }
    if (process.exitValue() != 0) {
      throw new IOException("it ended with status %d:%n%s".formatted(process.exitValue(), tail()));
    }
    return Files.readString(output);
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(output);
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
