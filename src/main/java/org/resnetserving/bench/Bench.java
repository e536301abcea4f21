package org.resnetserving.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The benchmark: says what is measured, which is a service that runs somewhere, the memory of one
 * over a long time, or the whole {@link Contest}.
 */
public final class Bench {
  private static final List<Integer> CLIENTS = List.of(1, 4, 16, 32);

  private final BenchOptions options;
  private final Machine machine = Machine.here();
  private final Report report;
  private final Measurement measurement;

  private Bench(BenchOptions options, PrintStream out) {
    this.options = options;
    this.report = new Report(out, machine);
    this.measurement = new Measurement(options, report, Requests.of(options));
  }

  /**
   * Runs the benchmark.
   *
   * @return false if what was watched over a long time drifted
   */
  public static boolean run(BenchOptions options, PrintStream out) throws Exception {
    return new Bench(options, out).run();
  }

  /** Runs the stock way's service, one of the processes that the benchmark starts. */
  public static void runStock(List<String> arguments) throws Exception {
    StockService.run(
        StockService.settings(arguments.stream().filter(word -> !word.startsWith("--")).toList()),
        arguments.stream().filter(word -> word.startsWith("--")).toList());
  }

  /** Measures the parts alone, in another of these processes. */
  public static void runRaw(List<String> arguments) throws Exception {
    RawForward.run(StockService.settings(arguments));
  }

  private boolean run() throws Exception {
    URI url = options.url();
    boolean steady = true;
    if (url != null) {
      report.begin(null);
      running(url);
    } else {
      Path folder = Files.createTempDirectory("resnet-bench-");
      report.begin(folder);
      Services services = new Services(options, folder);
      if (options.soaks()) {
        steady = new Soak(options, measurement, report).run(services, machine.cores());
      } else {
        new Contest(options, services, measurement, report, machine).run();
      }
    }
    report.end(options.json());
    return steady;
  }

  private LoadGenerator overHttp(InetSocketAddress address, URI url) throws IOException {
    String subject =
        options.isPeer() ? url.getRawPath() : Services.precision(address, options.model());
    Services.requireAnswer(
        address, measurement.small().get(0), options.isPeer() ? "" : Services.PREDICTIONS);
    return new LoadGenerator(address, options.pid(), subject, options.deadline());
  }

  private LoadGenerator overGrpc(InetSocketAddress address) throws IOException {
    try (GrpcConnection connection = new GrpcConnection(address, options.deadline())) {
      int status = connection.ask(measurement.small().get(0));
      if (status != 200) {
        throw new IOException("a picture was answered over gRPC with what is " + status);
      }
    }
    return new LoadGenerator(
        () -> new GrpcConnection(address, options.deadline()),
        options.pid(),
        "gRPC",
        options.deadline());
  }

  /** A service that somebody else started. */
  private void running(URI url) throws IOException, InterruptedException {
    InetSocketAddress address =
        new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort());
    LoadGenerator generator = options.isGrpc() ? overGrpc(address) : overHttp(address, url);
    List<Cell> closed = new ArrayList<>();
    for (int clients : CLIENTS) {
      closed.add(measurement.closed(generator, clients));
    }
    Rounds rounds = new Rounds();
    rounds.peak.add(Collections.max(closed, Comparator.comparingDouble(Cell::perSecond)));
    measurement.openLoops(generator, rounds);
    new Goals(report, machine).loads(rounds, options.workers());
    measurement.largePictures(generator);
  }
}
