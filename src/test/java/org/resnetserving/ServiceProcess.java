package org.resnetserving;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The jar that was built, in a process of its own, as an operator runs it. */
public final class ServiceProcess implements AutoCloseable {
  /** The smallest network. */
  public static final String SMALL = "resnet20-cifar10";

  static final Path JAR = Path.of("target/resnet-serving.jar").toAbsolutePath();

  private static final Path MODELS = Path.of("models").toAbsolutePath();

  /** Linux's USER_HZ, of all processors that this runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int SIGSEGV = 11;

  /** Unpacked once for all of them. */
  private static final Path NATIVES = Path.of("target/service-natives").toAbsolutePath();

  private static final List<String> AS_IN_THE_IMAGE =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:NewRatio=1",
          "-XX:MaxNewSize=48m",
          "-XX:SurvivorRatio=1",
          "-XX:ThreadPriorityPolicy=1",
          "-XX:CompilerThreadPriority=8",
          "-XX:+ExitOnOutOfMemoryError");

  private final Process process;
  private final Path folder;
  private final Path log;
  private final int port;
  private final RunningServer management;

  private ServiceProcess(Process process, Path folder, Path log, int port, int managementPort) {
    this.process = process;
    this.folder = folder;
    this.log = log;
    this.port = port;
    management = new RunningServer(managementPort);
  }

  /**
   * Starts it, on free ports.
   *
   * @param folder for its log, its cache and what the virtual machine leaves when it crashes
   */
  public static ServiceProcess start(Path folder, String... arguments) throws IOException {
    return startUnder(folder, List.of(), arguments);
  }

  /** Starts it with a variable, {@code NAME=value}, in its environment. */
  public static ServiceProcess startWith(Path folder, String variable, String... arguments)
      throws IOException {
    return startUnder(folder, List.of("env", variable), arguments);
  }

  /**
   * Starts it with what a file {@code config/application.yml} in the folder says, and nothing else.
   */
  public static ServiceProcess startAsConfigured(Path folder) throws IOException {
    return start(folder, List.of(), JAR, "--resnet.native-directory=" + NATIVES);
  }

  /** Starts it with the virtual machine set up as in the image, in a pod of 2 GiB. */
  public static ServiceProcess startAsInTheImage(Path folder, String... arguments)
      throws IOException {
    return startAsInTheImage(folder, List.of(), List.of("-Xms128m", "-Xmx256m"), arguments);
  }

  /** The same under limits, of whose memory the heap is as large a share as in the image. */
  public static ServiceProcess startAsInTheImage(
      Path folder, ControlGroup limits, String... arguments) throws IOException {
    return startAsInTheImage(
        folder,
        limits.prefix(),
        List.of("-XX:InitialRAMPercentage=6.25", "-XX:MaxRAMPercentage=12.5"),
        arguments);
  }

  /** The same where the virtual machine is told of so much memory, which nobody holds it to. */
  public static ServiceProcess startInMemory(Path folder, int mebibytes, String... arguments)
      throws IOException {
    return startAsInTheImage(
        folder,
        List.of(),
        List.of(
            "-XX:MaxRAM=%dm".formatted(mebibytes),
            "-XX:InitialRAMPercentage=6.25",
            "-XX:MaxRAMPercentage=12.5"),
        arguments);
  }

  private static ServiceProcess startAsInTheImage(
      Path folder, List<String> prefix, List<String> heap, String... arguments) throws IOException {
    List<String> machine = new ArrayList<>(AS_IN_THE_IMAGE);
    machine.addAll(heap);
    return start(folder, prefix, machine, JAR, bundled(arguments));
  }

  /**
   * Starts it by way of another command.
   *
   * @param prefix that command, and its arguments
   */
  public static ServiceProcess startUnder(Path folder, List<String> prefix, String... arguments)
      throws IOException {
    return start(folder, prefix, JAR, bundled(arguments));
  }

  /**
   * The same with nothing unpacked before, and other models than the bundled ones.
   *
   * @param prefix that command, and its arguments; may be empty
   */
  public static ServiceProcess startBare(Path folder, List<String> prefix, String... arguments)
      throws IOException {
    return start(folder, prefix, JAR, arguments);
  }

  private static String[] bundled(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--resnet.native-directory=" + NATIVES);
    all.add("--resnet.models-directory=" + MODELS);
    return all.toArray(String[]::new);
  }

  /**
   * Starts a copy of it, on free ports.
   *
   * @param prefix the command that starts it, and its arguments
   */
  static ServiceProcess start(Path folder, List<String> prefix, Path jar, String... arguments)
      throws IOException {
    return start(folder, prefix, List.of("-Xmx512m"), jar, arguments);
  }

  private static ServiceProcess start(
      Path folder, List<String> prefix, List<String> machine, Path jar, String... arguments)
      throws IOException {
    int port = FreePort.next();
    int managementPort = FreePort.next();
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(machine);
    command.add("-XX:ErrorFile=" + folder.resolve("hs_err.log"));
    // As in the image: a report may hang, since the thread may hold a lock that it wants.
    command.addAll(List.of("-XX:ErrorLogTimeout=10", "-jar"));
    command.add(jar.toString());
    command.add("--server.port=" + port);
    command.add("--management.server.port=" + managementPort);
    command.add("--resnet.cache-directory=" + folder.resolve("cache"));
    command.addAll(List.of(arguments));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new ServiceProcess(process, folder, log, port, managementPort);
  }

  /** Words that run a command of the jar, with the bundled models. */
  public static List<String> command(Path folder, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-jar", JAR.toString()));
    command.addAll(List.of(arguments));
    command.add("--resnet.cache-directory=" + folder.resolve("cache"));
    command.add("--resnet.native-directory=" + NATIVES);
    command.add("--resnet.models-directory=" + MODELS);
    return command;
  }

  public long pid() {
    return process.pid();
  }

  public int port() {
    return port;
  }

  public RunningServer client() {
    return new RunningServer(port);
  }

  /** The same client each time. */
  public RunningServer management() {
    return management;
  }

  /** What {@code /actuator/prometheus} has. */
  public String metrics() {
    return management.get("/actuator/prometheus").text();
  }

  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The lines of its log that warn, or worse, but for those that say that it stood still: whether
   * it does is the machine's affair.
   */
  public List<String> warnings() {
    return log()
        .lines()
        .filter(line -> line.matches(".* (WARN|ERROR) .*"))
        .filter(line -> !line.contains("The process stood still for "))
        .toList();
  }

  /** Waits until its log has that text. */
  public void awaitLog(String text) {
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              assertThat(process.isAlive() || log().contains(text)).as(this::log).isTrue();
              return log().contains(text);
            });
  }

  /** Waits until the model answers. */
  public void awaitReady(String model) {
    awaitLog("Model " + model + " is ready");
    awaitLog("Started ResNetServing");
  }

  /** SIGTERM, at once. */
  public void terminate() {
    process.destroy();
  }

  /** Sends it a signal, such as {@code STOP}. */
  public void signal(String name) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, process.pid())).start();
    assertThat(kill.waitFor()).as("kill -" + name).isZero();
  }

  /**
   * Sends SIGSEGV to its threads of that name, of which Linux knows 15 characters: to those, and
   * not to the process, since a thread that faults does not go on.
   */
  public void fault(String thread) throws IOException {
    String known = thread.substring(0, Math.min(thread.length(), 15));
    int signalled = 0;
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(process.pid()), "task"))) {
      for (Path task : tasks) {
        if (Files.readString(task.resolve("comm")).strip().equals(known)) {
          int id = Integer.parseInt(task.getFileName().toString());
          signalled +=
              NativeLibrary.getInstance("c")
                          .getFunction("tgkill")
                          .invokeInt(new Object[] {(int) process.pid(), id, SIGSEGV})
                      == 0
                  ? 1
                  : 0;
        }
      }
    }
    assertThat(signalled).as(thread).isPositive();
  }

  /** Waits for its end; the exit status. */
  public int awaitEnd(Duration limit) throws InterruptedException {
    assertThat(process.waitFor(limit.toNanos(), NANOSECONDS)).as(this::log).isTrue();
    return process.exitValue();
  }

  /** What it has taken of the processors, in seconds, to a hundredth. */
  public double processorSeconds() {
    String all = read("stat");
    String[] fields = all.substring(all.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** The most memory that it has held, in bytes. */
  public long mostMemory() {
    return read("status")
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** How many file descriptors it has: connections are some of them. */
  public int files() {
    return entries("fd");
  }

  public int threads() {
    return entries("task");
  }

  private int entries(String directory) {
    try (Stream<Path> entries =
        Files.list(Path.of("/proc", Long.toString(process.pid()), directory))) {
      return (int) entries.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What the virtual machine wrote when it crashed. */
  public List<Path> crashes() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("hs_err")).toList();
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, SECONDS)) {
      process.destroyForcibly();
    }
  }
}
