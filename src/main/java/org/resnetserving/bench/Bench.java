package org.resnetserving.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.bench.Services.Running;
import tools.jackson.databind.json.JsonMapper;

/** The benchmark: which services, which loads, and what came out of it. */
public final class Bench {
  private static final double WARM_UP = 1;
  private static final double FIRST_WARM_UP = 5;

  /** Until the JVM has compiled what it will, which takes long while both cores are busy. */
  private static final double LONG_WARM_UP = 30;

  /** The way of a refusal through the service is walked here for the first time. */
  private static final double REFUSALS_WARM_UP = 10;

  private static final int MOST_CLIENTS = 192;
  private static final double STEADY_SHARE = 0.8;
  private static final double OVERLOAD = 4;
  private static final int SOAK_WARM_UP = 5000;
  private static final int SOAK_STEPS = 10;

  private final BenchOptions options;
  private final PrintStream out;
  private final Machine machine = Machine.here();
  private final List<Cell> cells = new ArrayList<>();
  private final List<Target> targets = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, Object> raw = new LinkedHashMap<>();
  private final List<ByteBuffer> small;

  private Bench(BenchOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
    this.small = requests(Photographs.SMALL, 8);
  }

  /** Runs the benchmark. */
  public static void run(BenchOptions options, PrintStream out) throws Exception {
    new Bench(options, out).run();
  }

  /**
   * Runs one of the processes that the benchmark starts.
   *
   * @return false if there is none of that name
   */
  public static boolean runPart(String name, List<String> arguments) throws Exception {
    switch (name) {
      case "stock" ->
          StockService.run(
              StockService.settings(
                  arguments.stream().filter(word -> !word.startsWith("--")).toList()),
              arguments.stream().filter(word -> word.startsWith("--")).toList());
      case "raw" -> RawForward.run(StockService.settings(arguments));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void run() throws Exception {
    out.printf(
        "%s, %d cores, %s; Java %s%n",
        machine.processor(),
        machine.cores(),
        machine.features(),
        System.getProperty("java.version"));
    URI url = options.url();
    if (url != null) {
      running(url);
    } else {
      Path folder = Files.createTempDirectory("resnet-bench-");
      out.printf("Logs and descriptors in %s%n", folder);
      Services services = new Services(options, folder);
      if (options.soak() > 0) {
        soak(services);
      } else {
        everything(services);
      }
    }
    summary();
  }

  /** A service that somebody else started. */
  private void running(URI url) throws Exception {
    InetSocketAddress address =
        new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort());
    String precision = Services.precision(address, options.model());
    LoadGenerator generator =
        new LoadGenerator(address, options.pid(), precision, options.deadline());
    out.println(Cell.header());
    double peak = 0;
    for (int clients : List.of(1, 4, 16, 32)) {
      peak = Math.max(peak, add(closed(generator, clients)).perSecond());
    }
    loads(generator, peak);
  }

  private void everything(Services services) throws Exception {
    out.println(Cell.header());
    int cores = machine.cores();
    Setup best = bestPrecision(services, cores);
    best = options.quick() ? best : bestShape(services, best, cores);
    RawForward.Result parts = services.raw(best, options.quick() ? 1 : 2);
    raw.put(best.precision(), parts);
    print(parts);
    Setup stock = bestStock(services, cores);
    duel(services, best, stock, parts);
  }

  /** Each precision with one worker a core. */
  private Setup bestPrecision(Services services, int cores) throws Exception {
    Setup best = new Setup("fp32", cores, 1, 8);
    double most = 0;
    for (String precision : options.precisions()) {
      Setup setup = new Setup(precision, cores, 1, 8);
      try (Running service = services.start(setup, small.get(0))) {
        if (!service.precision().equals(precision)) {
          note(
              "%s: not to be had here, the service runs %s"
                  .formatted(precision, service.precision()));
          continue;
        }
        warm(service);
        if (!options.quick()) {
          add(closed(service.generator(), 1));
        }
        double perSecond = add(closed(service.generator(), setup.saturatingClients())).perSecond();
        if (perSecond > most) {
          most = perSecond;
          best = setup;
        }
      } catch (IOException e) {
        note("%s: %s".formatted(precision, e));
      }
    }
    return best;
  }

  /** Other workers × threads × batch for that precision. */
  private Setup bestShape(Services services, Setup first, int cores) throws Exception {
    String precision = first.precision();
    Setup best = first;
    double most =
        cells.stream()
            .filter(cell -> cell.subject().equals(first.label()))
            .mapToDouble(Cell::perSecond)
            .max()
            .orElse(0);
    for (Setup setup :
        List.of(
            new Setup(precision, cores, 1, 1),
            new Setup(precision, cores, 1, 4),
            new Setup(precision, 1, cores, 8))) {
      try (Running service = services.start(setup, small.get(0))) {
        warm(service);
        Cell cell = add(closed(service.generator(), setup.saturatingClients()));
        if (cell.perSecond() > most) {
          most = cell.perSecond();
          best = setup;
        }
      }
    }
    note("Recommended here: %s (workers × threads × batch)".formatted(best.label()));
    return best;
  }

  private Setup bestStock(Services services, int cores) throws Exception {
    List<Setup> setups =
        options.quick()
            ? List.of(new Setup(Setup.STOCK, cores, 1, 1))
            : List.of(
                new Setup(Setup.STOCK, cores, 1, 1),
                new Setup(Setup.STOCK, 1, cores, 1),
                new Setup(Setup.STOCK, cores, 1, 8));
    Setup best = setups.get(0);
    double most = 0;
    for (Setup setup : setups) {
      try (Running service = services.start(setup, small.get(0))) {
        warm(service);
        double perSecond = add(closed(service.generator(), setup.saturatingClients())).perSecond();
        if (perSecond > most) {
          most = perSecond;
          best = setup;
        }
      }
    }
    return best;
  }

  /** The best service and the best baseline in turns, so that both meet the same machine. */
  private void duel(Services services, Setup setup, Setup stockSetup, RawForward.Result parts)
      throws Exception {
    try (Running service = services.start(setup, small.get(0));
        Running stock = services.start(stockSetup, small.get(0))) {
      double warmUp = options.quick() ? FIRST_WARM_UP : LONG_WARM_UP;
      warm(service, warmUp);
      warm(stock, warmUp);
      int rounds = options.quick() ? 1 : 3;
      List<Cell> ours = new ArrayList<>();
      List<Cell> theirs = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        ours.add(add(closed(service.generator(), setup.saturatingClients())));
        theirs.add(add(closed(stock.generator(), stockSetup.saturatingClients())));
      }
      double peak = mean(ours);
      double baseline = mean(theirs);
      targets.add(
          Target.atLeast(
              "throughput over the stock way",
              machine.wantedSpeedup(),
              peak / baseline,
              "×",
              "%s %s img/s, %s %s img/s; processor time per picture %s×"
                  .formatted(
                      setup.label(),
                      Cell.number(peak),
                      stockSetup.label(),
                      Cell.number(baseline),
                      Cell.number(cpu(theirs) / cpu(ours)))));
      stock.close();
      partsTargets(service, ours, parts);
      loads(service.generator(), peak);
    }
  }

  /** What the service adds to its parts. */
  private void partsTargets(Running service, List<Cell> peakCells, RawForward.Result parts)
      throws InterruptedException {
    RawForward.Program program =
        parts.programs().stream()
            .filter(candidate -> candidate.failure().isEmpty())
            .min(Comparator.comparingDouble(candidate -> candidate.alone().millis()))
            .orElse(null);
    RawForward.Costs decodeAlone = parts.decode().get(RawForward.DECODE_ALONE);
    RawForward.Costs decodeTogether = parts.decode().get(RawForward.DECODE_TOGETHER);
    Cell one = add(closed(service.generator(), 1));
    if (program == null || decodeAlone == null || decodeTogether == null) {
      note("The parts could not be measured: no bounds for latency and processor time.");
      return;
    }
    double forward =
        program.together().values().stream()
            .mapToDouble(RawForward.Costs::cpuMillis)
            .min()
            .orElse(Double.NaN);
    targets.add(
        Target.atMost(
            "processor time per picture",
            forward + decodeTogether.cpuMillis() + 1,
            cpu(peakCells),
            " ms",
            "forward %s + decode %s + 1"
                .formatted(Cell.number(forward), Cell.number(decodeTogether.cpuMillis()))));
    targets.add(
        Target.atMost(
            "p50 at concurrency 1",
            program.alone().millis() + decodeAlone.millis() + 2,
            one.latency().p50(),
            " ms",
            "forward %s + decode %s + 2"
                .formatted(
                    Cell.number(program.alone().millis()), Cell.number(decodeAlone.millis()))));
  }

  /** Other loads on a warm service. */
  private void loads(LoadGenerator generator, double peak) throws InterruptedException {
    double seconds = options.seconds();
    double steady = STEADY_SHARE * peak;
    Cell constant =
        add(
            generator.openLoop(
                "open %s/s (80 %%)".formatted(Cell.number(steady)),
                small,
                steady,
                MOST_CLIENTS,
                WARM_UP,
                1.5 * seconds));
    targets.add(
        Target.atMost(
            "p99 over p50 at 80 % of peak",
            2,
            constant.latency().p99() / constant.latency().p50(),
            "×",
            "p50 %s, p99 %s ms"
                .formatted(
                    Cell.number(constant.latency().p50()), Cell.number(constant.latency().p99()))));
    double flood = OVERLOAD * peak;
    Cell overload =
        add(
            generator.openLoop(
                "open %s/s (4×)".formatted(Cell.number(flood)),
                small,
                flood,
                MOST_CLIENTS,
                REFUSALS_WARM_UP,
                1.5 * seconds));
    targets.add(
        Target.atLeast(
            "useful answers at 4× overload",
            90,
            100 * overload.perSecond() / peak,
            " % of peak",
            "%s img/s, late %d".formatted(Cell.number(overload.perSecond()), overload.late())));
    targets.add(
        Target.atMost("p99 of refusals at 4× overload", 10, overload.refusals().p99(), " ms", ""));
    if (overload.peakMegabytes() > 0) {
      targets.add(Target.atMost("memory, most so far", 700, overload.peakMegabytes(), " MB", ""));
    }
    if (!options.quick()) {
      add(generator.closedLoop("1 MP, 4 clients", requests(Photographs.MEDIUM, 4), 4, 1, seconds));
      add(
          generator.closedLoop(
              "12 MP, 4 clients", requests(Photographs.LARGE, 2), 4, WARM_UP, seconds));
    }
  }

  /** Whether the memory stops growing. */
  private void soak(Services services) throws Exception {
    String precision = options.precisions().get(options.precisions().size() - 1);
    Setup setup = new Setup(precision, machine.cores(), 1, 8);
    out.println(Cell.header());
    try (Running service = services.start(setup, small.get(0))) {
      int clients = setup.saturatingClients();
      LoadGenerator generator = service.generator();
      Cell first =
          add(
              generator.times(
                  "%d to warm up".formatted(SOAK_WARM_UP), small, clients, SOAK_WARM_UP));
      Cell last = first;
      for (int step = 1; step <= SOAK_STEPS; step++) {
        int requests = options.soak() / SOAK_STEPS;
        last = add(generator.times("to %d".formatted(step * requests), small, clients, requests));
      }
      targets.add(
          Target.atMost(
              "growth of memory over %d requests".formatted(options.soak()),
              2,
              100 * (last.residentMegabytes() / first.residentMegabytes() - 1),
              " %",
              "%s, after %d to warm up %s MB, at the end %s MB"
                  .formatted(
                      service.precision(),
                      SOAK_WARM_UP,
                      Cell.number(first.residentMegabytes()),
                      Cell.number(last.residentMegabytes()))));
      targets.add(Target.atMost("memory, most", 700, last.peakMegabytes(), " MB", ""));
    }
  }

  private void warm(Running service) throws InterruptedException {
    warm(service, options.quick() ? FIRST_WARM_UP / 2 : FIRST_WARM_UP);
  }

  private void warm(Running service, double seconds) throws InterruptedException {
    service
        .generator()
        .closedLoop("warm-up", small, service.setup().saturatingClients(), 0, seconds);
  }

  private Cell closed(LoadGenerator generator, int clients) throws InterruptedException {
    return generator.closedLoop(
        clients + (clients == 1 ? " client" : " clients"),
        small,
        clients,
        WARM_UP,
        options.seconds());
  }

  private List<ByteBuffer> requests(Photographs photographs, int count) {
    return Requests.classify(photographs.jpegs(count), options.form(), options.deadline());
  }

  private static double mean(List<Cell> cells) {
    return cells.stream().mapToDouble(Cell::perSecond).average().orElse(Double.NaN);
  }

  private static double cpu(List<Cell> cells) {
    return cells.stream().mapToDouble(Cell::serviceCpu).average().orElse(Double.NaN);
  }

  private Cell add(Cell cell) {
    cells.add(cell);
    out.println(cell.row());
    return cell;
  }

  private void note(String note) {
    notes.add(note);
    out.println(note);
  }

  private void print(RawForward.Result parts) {
    for (RawForward.Program program : parts.programs()) {
      if (!program.failure().isEmpty()) {
        note("The program %s alone: %s".formatted(program.kind(), program.failure()));
        continue;
      }
      out.printf(
          "The program %s alone: one worker, one picture: %s ms; all workers, by batch:",
          program.kind(), Cell.number(program.alone().millis()));
      program
          .together()
          .forEach(
              (batch, costs) ->
                  out.printf(
                      "  %d: %s img/s, %s ms of processor time each",
                      batch, Cell.number(costs.perSecond()), Cell.number(costs.cpuMillis())));
      out.println();
    }
    parts
        .decode()
        .forEach(
            (how, costs) ->
                out.printf(
                    "Decoding %s: %s ms, %s ms of processor time%n",
                    how, Cell.number(costs.millis()), Cell.number(costs.cpuMillis())));
  }

  private void summary() throws IOException {
    out.println();
    targets.forEach(target -> out.println(target.row()));
    double others =
        cells.stream().mapToDouble(Cell::othersCores).filter(Double::isFinite).max().orElse(0);
    if (others > 0.1) {
      note(
          ("Other processes kept up to %s of %d cores busy: these figures are worse than the"
                  + " machine can do; ratios are what to look at.")
              .formatted(Cell.number(others), machine.cores()));
    }
    @Nullable Path json = options.json();
    if (json != null) {
      Files.writeString(
          json,
          new JsonMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(
                  Map.of(
                      "machine", machine,
                      "cells", cells,
                      "raw", raw,
                      "targets", targets,
                      "notes", notes)));
    }
  }
}
