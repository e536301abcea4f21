package org.resnetserving.cli;

import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.resnetserving.bench.Bench;
import org.resnetserving.bench.BenchOptions;
import org.springframework.boot.convert.DurationStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the service. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the service, the stock way and their parts, and says what to set; or any server"
          + " that takes JPEGs, with --url; or whether memory grows, with --soak (exit status 1 if"
          + " it does).",
      ""
    })
final class BenchCommand implements Callable<Integer> {
  private static final double QUICK_SECONDS = 3;
  private static final double SECONDS = 8;
  private static final String IMAGE = "image";
  private static final Duration SHORTEST_SOAK = Duration.ofMinutes(1);
  private static final Duration LONGEST_SOAK = Duration.ofDays(30);

  private final PrintStream out;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--size",
      defaultValue = "224",
      paramLabel = "N",
      description = "Side of the square that the network sees (${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each cell is measured (8, or 3 with --quick).")
  private @Nullable Double seconds;

  @Option(names = "--quick", description = "Fewer cells, shorter ones.")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "The results as JSON as well.")
  private @Nullable Path json;

  @Option(
      names = "--url",
      paramLabel = "http://HOST:PORT[/PATH]",
      description = {
        "Measures a service that runs; with a path, any server that takes a JPEG there, as the"
            + " body or, with --field, in a form. grpc://HOST:PORT asks --model over gRPC."
      })
  private @Nullable URI url;

  @Option(
      names = "--pid",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of the service at --url: its processor time and memory are told.")
  private int pid;

  @Option(
      names = "--workers",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of the service at --url, for the tail that theory gives it (one a core).")
  private int workers;

  @Option(
      names = "--model",
      defaultValue = "resnet50-tiny-imagenet",
      paramLabel = "NAME",
      description = "Which model (${DEFAULT-VALUE}).")
  private String model = "";

  @Option(
      names = "--models-directory",
      defaultValue = "models",
      paramLabel = "FOLDER",
      description = "Where its descriptor is (${DEFAULT-VALUE}).")
  private Path modelsDirectory = Path.of("models");

  @Option(
      names = "--precisions",
      defaultValue = "fp32,bf16,int8",
      split = ",",
      paramLabel = "A,B",
      description = "To try (${DEFAULT-VALUE}).")
  private List<String> precisions = new ArrayList<>();

  @Option(
      names = "--soak",
      defaultValue = "0",
      paramLabel = "N|TIME",
      description = {
        "Nothing but the last of --precisions for a long time. A number: 5 000 requests to warm up,"
            + " then memory over so many more. A time such as 10m or 1h: everything at once (models,"
            + " faces, formats, sizes, bad pictures, clients that hang up, a model that comes and"
            + " goes), and each 10 s memory, heap, direct memory, file descriptors, threads and"
            + " whether answers are what they were. Memory may grow by 2 %% after the first sixth."
      })
  private String soak = "0";

  @Option(
      names = "--soak-models",
      defaultValue = "resnet20-cifar10",
      split = ",",
      paramLabel = "A,B",
      description = "Served beside --model in a soak by time (${DEFAULT-VALUE}).")
  private List<String> soakModels = new ArrayList<>();

  @Option(
      names = "--rate",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of a soak by time: requests a second (as fast as they are answered).")
  private double rate;

  @Option(names = "--form", description = "Sends forms, not bare pictures.")
  private boolean form;

  @Option(
      names = "--field",
      defaultValue = IMAGE,
      paramLabel = "NAME",
      description = "The field that the picture is in; another than '" + IMAGE + "' means --form.")
  private String field = IMAGE;

  @Option(
      names = "--deadline",
      defaultValue = "10",
      paramLabel = "SECONDS",
      description = "After which an answer is of no use (${DEFAULT-VALUE}).")
  private double deadline;

  @Option(
      names = "--java",
      defaultValue = "",
      paramLabel = "OPTIONS",
      description = "Of the JVMs of the services that are started.")
  private String java = "";

  @Option(
      names = "--service",
      defaultValue = "",
      paramLabel = "SETTINGS",
      description = "Further settings of the service that is started.")
  private String service = "";

  BenchCommand(PrintStream out) {
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    return Bench.run(options(), out) ? Commands.DONE : Commands.FAILED;
  }

  @Command(name = "stock", hidden = true, description = "The stock way, in its own process.")
  int stock(@Mixin ServerSettings told) throws Exception {
    Bench.runStock(told.arguments());
    return Commands.DONE;
  }

  @Command(name = "raw", hidden = true, description = "The parts alone, in their own process.")
  int raw(@Mixin ServerSettings told) throws Exception {
    Bench.runRaw(told.arguments());
    return Commands.DONE;
  }

  /** What was asked for. */
  BenchOptions options() {
    between("--size", size, 32, 2048);
    double cell = seconds != null ? seconds : quick ? QUICK_SECONDS : SECONDS;
    between("--seconds", cell, 0.1, 3600);
    between("--pid", pid, 0, Integer.MAX_VALUE);
    between("--workers", workers, 0, 100_000);
    between("--deadline", deadline, 0.001, 3600);
    between("--rate", rate, 0, 100_000);
    boolean counted = soak.matches("\\d{1,9}");
    List<String> serviceOptions = words(service);
    return new BenchOptions(
        size,
        cell,
        quick,
        json,
        url,
        pid,
        model,
        modelsDirectory,
        precisions,
        counted ? Integer.parseInt(soak) : 0,
        counted ? null : time(soak),
        soakModels,
        rate,
        form || !field.equals(IMAGE),
        field,
        workers > 0 ? workers : Runtime.getRuntime().availableProcessors(),
        deadline,
        Settings.of(serviceOptions).cache().natives(),
        words(java),
        serviceOptions);
  }

  private void between(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw refusal(
          "%s must be a number from %s to %s, not '%s'".formatted(name, least, most, value));
    }
  }

  private Duration time(String text) {
    try {
      Duration time = DurationStyle.SIMPLE.parse(text);
      if (time.compareTo(SHORTEST_SOAK) >= 0 && time.compareTo(LONGEST_SOAK) <= 0) {
        return time;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw refusal(
        "--soak must be a number of requests, or a time from 1m to 30d, not '%s'".formatted(text));
  }

  private ParameterException refusal(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }
}
