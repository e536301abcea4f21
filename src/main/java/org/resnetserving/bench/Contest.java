package org.resnetserving.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.resnetserving.bench.Services.Running;

/**
 * The whole benchmark: the service in each precision, the best of them in other shapes, DJL's stock
 * way, and then the best of both in turns.
 */
final class Contest {
  private static final int ROUNDS = 5;
  private static final List<Integer> FEW_CLIENTS = List.of(2, 4, 8);

  private final BenchOptions options;
  private final Services services;
  private final Measurement measurement;
  private final Report report;
  private final Machine machine;

  Contest(
      BenchOptions options,
      Services services,
      Measurement measurement,
      Report report,
      Machine machine) {
    this.options = options;
    this.services = services;
    this.measurement = measurement;
    this.report = report;
    this.machine = machine;
  }

  /**
   * The fastest of some.
   *
   * @param perSecond its answers
   */
  private record Best(Setup setup, double perSecond) {
    Best or(Setup other, double perSecond) {
      return perSecond > this.perSecond ? new Best(other, perSecond) : this;
    }
  }

  void run() throws Exception {
    Best best = bestPrecision();
    if (!options.quick()) {
      best = bestShape(best);
    }
    duel(best.setup(), bestStock());
  }

  /** Each precision with one worker a core. */
  private Best bestPrecision() throws Exception {
    Best best = new Best(new Setup("fp32", machine.cores(), 1, 8), 0);
    for (String precision : options.precisions()) {
      Setup setup = new Setup(precision, machine.cores(), 1, 8);
      try (Running service = services.start(setup, measurement.small().get(0))) {
        if (!service.precision().equals(precision)) {
          report.note(
              "%s: not to be had here, the service runs %s"
                  .formatted(precision, service.precision()));
          continue;
        }
        measurement.warm(service);
        if (!options.quick()) {
          measurement.closed(service.generator(), 1);
        }
        best = best.or(setup, measurement.saturated(service).perSecond());
      } catch (IOException e) {
        report.note("%s: %s".formatted(precision, e));
      }
    }
    return best;
  }

  /** Other workers × threads × batch for that precision. */
  private Best bestShape(Best first) throws Exception {
    String precision = first.setup().precision();
    int cores = machine.cores();
    Best best =
        fastest(
            first,
            List.of(
                new Setup(precision, cores, 1, 1),
                new Setup(precision, cores, 1, 4),
                new Setup(precision, 1, cores, 8)));
    report.note("Recommended here: %s (workers × threads × batch)".formatted(best.setup().label()));
    return best;
  }

  private Setup bestStock() throws Exception {
    int cores = machine.cores();
    Setup first = new Setup(Setup.STOCK, cores, 1, 1);
    List<Setup> setups =
        options.quick()
            ? List.of(first)
            : List.of(
                first, new Setup(Setup.STOCK, 1, cores, 1), new Setup(Setup.STOCK, cores, 1, 8));
    return fastest(new Best(first, 0), setups).setup();
  }

  private Best fastest(Best first, List<Setup> setups) throws Exception {
    Best best = first;
    for (Setup setup : setups) {
      try (Running service = services.start(setup, measurement.small().get(0))) {
        measurement.warm(service);
        best = best.or(setup, measurement.saturated(service).perSecond());
      }
    }
    return best;
  }

  /**
   * The best service under every load, its parts and the best baseline in turns, so that all meet
   * the same machine: what is compared was measured within a minute.
   */
  private void duel(Setup setup, Setup stockSetup) throws Exception {
    int rounds = options.quick() ? 1 : ROUNDS;
    try (Running service = services.start(setup, measurement.small().get(0));
        Running stock = services.start(stockSetup, measurement.small().get(0))) {
      measurement.warm(service, stock);
      if (!options.quick()) {
        for (int clients : FEW_CLIENTS) {
          measurement.closed(service.generator(), clients);
        }
      }
      Rounds loads = new Rounds();
      List<Cell> baseline = new ArrayList<>();
      List<RawForward.Result> parts = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        loads.alone.add(measurement.closed(service.generator(), 1));
        parts.add(services.raw(setup, 1));
        loads.peak.add(measurement.saturated(service));
        measurement.openLoops(service.generator(), loads);
        baseline.add(measurement.saturated(stock));
      }
      stock.close();
      report.add(setup.precision(), parts);
      Goals goals = new Goals(report, machine);
      goals.speedup(setup, loads, stockSetup, baseline);
      goals.parts(loads, parts);
      goals.loads(loads, setup.workers());
      measurement.largePictures(service.generator());
    }
  }
}
