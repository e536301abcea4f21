package org.resnetserving.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.bench.Services.Running;
import tools.jackson.databind.json.JsonMapper;

/** The benchmark: which services, which loads, and what came out of it. */
public final class Bench {
  private static final double WARM_UP = 1;
  private static final double FIRST_WARM_UP = 5;

  /** Of the baseline, whose own code is little beside libtorch's. */
  private static final double LONG_WARM_UP = 30;

  private static final double LONGEST_WARM_UP = 240;

  /** HotSpot compiles what is called once a request after 5000 calls for good. */
  private static final int WARM_UP_ANSWERS = 6000;

  /** A JVM that compiles with less than this share of a core has compiled what it will. */
  private static final double QUIET = 0.02;

  private static final int ROUNDS = 5;
  private static final List<Integer> FEW_CLIENTS = List.of(2, 4, 8);
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
    List<Cell> closed = new ArrayList<>();
    for (int clients : List.of(1, 4, 16, 32)) {
      closed.add(add(closed(generator, clients)));
    }
    Loads loads = new Loads();
    loads.peak.add(Collections.max(closed, Comparator.comparingDouble(Cell::perSecond)));
    openLoops(generator, loads);
    loadTargets(loads);
    largePictures(generator);
  }

  private void everything(Services services) throws Exception {
    out.println(Cell.header());
    int cores = machine.cores();
    Setup best = bestPrecision(services, cores);
    best = options.quick() ? best : bestShape(services, best, cores);
    Setup stock = bestStock(services, cores);
    duel(services, best, stock);
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

  /**
   * The best service under every load, its parts and the best baseline in turns, so that all meet
   * the same machine: what is compared was measured within a minute.
   */
  private void duel(Services services, Setup setup, Setup stockSetup) throws Exception {
    int rounds = options.quick() ? 1 : ROUNDS;
    try (Running service = services.start(setup, small.get(0));
        Running stock = services.start(stockSetup, small.get(0))) {
      if (options.quick()) {
        warm(service, FIRST_WARM_UP);
        warm(stock, FIRST_WARM_UP);
      } else {
        warmThoroughly(service);
        for (int clients : FEW_CLIENTS) {
          add(closed(service.generator(), clients));
        }
        warm(stock, LONG_WARM_UP);
      }
      Loads loads = new Loads();
      List<Cell> baseline = new ArrayList<>();
      List<RawForward.Result> parts = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        loads.alone.add(add(closed(service.generator(), 1)));
        parts.add(services.raw(setup, 1));
        loads.peak.add(add(closed(service.generator(), setup.saturatingClients())));
        openLoops(service.generator(), loads);
        baseline.add(add(closed(stock.generator(), stockSetup.saturatingClients())));
      }
      stock.close();
      raw.put(setup.precision(), parts);
      print(parts.get(parts.size() - 1));
      double peak = mean(loads.peak, Cell::perSecond);
      double stockPeak = mean(baseline, Cell::perSecond);
      targets.add(
          Target.atLeast(
              "throughput over the stock way",
              machine.wantedSpeedup(),
              peak / stockPeak,
              "×",
              "%s %s img/s, %s %s img/s; processor time per picture %s×"
                  .formatted(
                      setup.label(),
                      Cell.number(peak),
                      stockSetup.label(),
                      Cell.number(stockPeak),
                      Cell.number(
                          mean(baseline, Cell::serviceCpu) / mean(loads.peak, Cell::serviceCpu)))));
      partsTargets(loads, parts);
      loadTargets(loads);
      largePictures(service.generator());
    }
  }

  /** What a service did under each load, once a round. */
  private static final class Loads {
    final List<Cell> alone = new ArrayList<>();
    final List<Cell> peak = new ArrayList<>();
    final List<Cell> steady = new ArrayList<>();
    final List<Cell> overload = new ArrayList<>();
  }

  /** A constant rate below the peak, and one far above it. */
  private void openLoops(LoadGenerator generator, Loads loads) throws InterruptedException {
    double peak = mean(loads.peak, Cell::perSecond);
    double steady = STEADY_SHARE * peak;
    loads.steady.add(
        add(open(generator, "open %s/s (80 %%)".formatted(Cell.number(steady)), steady)));
    double flood = OVERLOAD * peak;
    loads.overload.add(add(open(generator, "open %s/s (4×)".formatted(Cell.number(flood)), flood)));
  }

  private Cell open(LoadGenerator generator, String load, double perSecond)
      throws InterruptedException {
    return generator.openLoop(load, small, perSecond, MOST_CLIENTS, WARM_UP, options.seconds());
  }

  /** What the service adds to its parts. */
  private void partsTargets(Loads loads, List<RawForward.Result> parts) {
    double forward = mean(parts, result -> fastest(result, program -> program.alone().millis()));
    double forwardCpu = mean(parts, result -> fastest(result, Bench::leastCpu));
    double decode = mean(parts, result -> decoding(result, RawForward.DECODE_ALONE).millis());
    double decodeCpu =
        mean(parts, result -> decoding(result, RawForward.DECODE_TOGETHER).cpuMillis());
    targets.add(
        Target.atMost(
            "processor time per picture",
            forwardCpu + decodeCpu + 1,
            mean(loads.peak, Cell::serviceCpu),
            " ms",
            "forward %s + decode %s + 1"
                .formatted(Cell.number(forwardCpu), Cell.number(decodeCpu))));
    targets.add(
        Target.atMost(
            "p50 at concurrency 1",
            forward + decode + 2,
            mean(loads.alone, cell -> cell.latency().p50()),
            " ms",
            "forward %s + decode %s + 2".formatted(Cell.number(forward), Cell.number(decode))));
  }

  private static RawForward.Costs decoding(RawForward.Result parts, String how) {
    return Objects.requireNonNull(parts.decode().get(how), how);
  }

  private static double fastest(
      RawForward.Result parts, ToDoubleFunction<RawForward.Program> cost) {
    return parts.programs().stream()
        .filter(program -> program.failure().isEmpty())
        .mapToDouble(cost)
        .min()
        .orElse(Double.NaN);
  }

  private static double leastCpu(RawForward.Program program) {
    return program.together().values().stream()
        .mapToDouble(RawForward.Costs::cpuMillis)
        .min()
        .orElse(Double.NaN);
  }

  private void loadTargets(Loads loads) {
    Cell steady = median(loads.steady, Bench::tail);
    targets.add(
        Target.atMost(
            "p99 over p50 at 80 % of peak",
            2,
            tail(steady),
            "×",
            "median of rounds: p50 %s, p99 %s ms; all: %s"
                .formatted(
                    Cell.number(steady.latency().p50()),
                    Cell.number(steady.latency().p99()),
                    loads.steady.stream()
                        .map(cell -> Cell.number(tail(cell)))
                        .collect(Collectors.joining(", ")))));
    double useful = mean(loads.overload, Cell::perSecond);
    targets.add(
        Target.atLeast(
            "useful answers at 4× overload",
            90,
            100 * useful / mean(loads.peak, Cell::perSecond),
            " % of peak",
            "%s img/s, late %d"
                .formatted(
                    Cell.number(useful), loads.overload.stream().mapToLong(Cell::late).sum())));
    targets.add(
        Target.atMost(
            "p99 of refusals at 4× overload",
            10,
            median(loads.overload, cell -> cell.refusals().p99()).refusals().p99(),
            " ms",
            "median of rounds"));
    double most = loads.overload.stream().mapToDouble(Cell::peakMegabytes).max().orElse(0);
    if (most > 0) {
      targets.add(Target.atMost("memory, most so far", 700, most, " MB", ""));
    }
  }

  private static double tail(Cell cell) {
    return cell.latency().p99() / cell.latency().p50();
  }

  private void largePictures(LoadGenerator generator) throws InterruptedException {
    if (!options.quick()) {
      for (Photographs size : List.of(Photographs.MEDIUM, Photographs.LARGE)) {
        add(
            generator.closedLoop(
                "%s MP, 4 clients".formatted(Cell.number(size.megapixels())),
                requests(size, 2),
                4,
                WARM_UP,
                options.seconds()));
      }
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

  /**
   * Until the JVM compiles no more: a compiler at work is a core less. Refusals are asked for too,
   * since their way through the service is another.
   */
  private void warmThoroughly(Running service) throws InterruptedException {
    long pid = service.process().pid();
    int clients = service.setup().saturatingClients();
    double seconds = 0;
    double answers = 0;
    double share = 1;
    while ((share > QUIET || answers < WARM_UP_ANSWERS) && seconds < LONGEST_WARM_UP) {
      long before = ProcessUsage.compilerNanos(pid);
      Cell peak = service.generator().closedLoop("warm-up", small, clients, 0, FIRST_WARM_UP);
      Cell flood =
          service
              .generator()
              .openLoop(
                  "warm-up", small, OVERLOAD * peak.perSecond(), MOST_CLIENTS, 0, FIRST_WARM_UP);
      double took = peak.seconds() + flood.seconds();
      share = (ProcessUsage.compilerNanos(pid) - before) / 1e9 / took;
      seconds += took;
      answers += peak.perSecond() * peak.seconds() + flood.perSecond() * flood.seconds();
    }
    note(
        "%s warmed up for %s s, %s answers: its JVM compiles with %s %% of a core now"
            .formatted(
                service.setup().label(),
                Cell.number(seconds),
                Cell.number(answers),
                Cell.number(100 * share)));
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

  private static <T> double mean(List<T> measured, ToDoubleFunction<T> figure) {
    return measured.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  private static Cell median(List<Cell> cells, ToDoubleFunction<Cell> figure) {
    return cells.stream()
        .sorted(Comparator.comparingDouble(figure))
        .toList()
        .get((cells.size() - 1) / 2);
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
