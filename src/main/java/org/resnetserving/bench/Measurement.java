package org.resnetserving.bench;

import java.nio.ByteBuffer;
import java.util.List;
import org.resnetserving.bench.LoadGenerator.Rhythm;
import org.resnetserving.bench.Services.Running;

/** How a service is measured: warmed up, then driven by one load after the other. */
final class Measurement {
  /** Of peak, in the loads below it. */
  static final double STEADY_SHARE = 0.8;

  private static final double WARM_UP = 1;
  private static final double FIRST_WARM_UP = 5;

  /** Of the baseline, whose own code is little beside libtorch's. */
  private static final double LONG_WARM_UP = 30;

  private static final double LONGEST_WARM_UP = 240;

  /** HotSpot compiles what is called once a request after 5000 calls for good. */
  private static final int WARM_UP_ANSWERS = 6000;

  /** A JVM that compiles with less than this share of a core has compiled what it will. */
  private static final double QUIET = 0.02;

  private static final int MOST_CLIENTS = 192;
  private static final double OVERLOAD = 4;

  private final BenchOptions options;
  private final Report report;
  private final Requests requests;
  private final List<ByteBuffer> small;

  Measurement(BenchOptions options, Report report, Requests requests) {
    this.options = options;
    this.report = report;
    this.requests = requests;
    this.small = requests.of(Photographs.SMALL.jpegs(8));
  }

  /** Photographs as they are on the web, as requests. */
  List<ByteBuffer> small() {
    return small;
  }

  /** A few seconds of load, that nothing is measured of. */
  void warm(Running service) throws InterruptedException {
    warm(service, options.quick() ? FIRST_WARM_UP / 2 : FIRST_WARM_UP);
  }

  /** Both services of a comparison. */
  void warm(Running service, Running stock) throws InterruptedException {
    if (options.quick()) {
      warm(service, FIRST_WARM_UP);
      warm(stock, FIRST_WARM_UP);
    } else {
      warmThoroughly(service);
      warm(stock, LONG_WARM_UP);
    }
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
                  "warm-up",
                  small,
                  Rhythm.PACED,
                  OVERLOAD * peak.perSecond(),
                  MOST_CLIENTS,
                  0,
                  FIRST_WARM_UP);
      double took = peak.seconds() + flood.seconds();
      share = (ProcessUsage.compilerNanos(pid) - before) / 1e9 / took;
      seconds += took;
      answers += peak.perSecond() * peak.seconds() + flood.perSecond() * flood.seconds();
    }
    report.note(
        "%s warmed up for %s s, %s answers: its JVM compiles with %s %% of a core now"
            .formatted(
                service.setup().label(),
                Cell.number(seconds),
                Cell.number(answers),
                Cell.number(100 * share)));
  }

  /** So many clients, each of which sends when it has its answer. */
  Cell closed(LoadGenerator generator, int clients) throws InterruptedException {
    return report.add(
        generator.closedLoop(
            clients + (clients == 1 ? " client" : " clients"),
            small,
            clients,
            WARM_UP,
            options.seconds()));
  }

  /** As many clients as keep its workers at full batches. */
  Cell saturated(Running service) throws InterruptedException {
    return closed(service.generator(), service.setup().saturatingClients());
  }

  /** A steady rate below the peak, the same rate at random, and one far above the peak. */
  void openLoops(LoadGenerator generator, Rounds rounds) throws InterruptedException {
    double peak = rounds.peakPerSecond();
    double steady = STEADY_SHARE * peak;
    rounds.paced.add(open(generator, "paced %s/s (80 %%)", Rhythm.PACED, steady));
    rounds.poisson.add(open(generator, "Poisson %s/s (80 %%)", Rhythm.POISSON, steady));
    rounds.overload.add(open(generator, "paced %s/s (4×)", Rhythm.PACED, OVERLOAD * peak));
  }

  private Cell open(LoadGenerator generator, String load, Rhythm rhythm, double perSecond)
      throws InterruptedException {
    return report.add(
        generator.openLoop(
            load.formatted(Cell.number(perSecond)),
            small,
            rhythm,
            perSecond,
            MOST_CLIENTS,
            WARM_UP,
            options.seconds()));
  }

  /** So many requests as fast as they can be answered, for one cell. */
  Cell times(Running service, String load, long times) throws InterruptedException {
    return report.add(
        service.generator().times(load, small, service.setup().saturatingClients(), times));
  }

  /** All that can be answered in so many seconds, for one cell. */
  Cell during(Running service, String load, double seconds) throws InterruptedException {
    return report.add(
        service
            .generator()
            .closedLoop(load, small, service.setup().saturatingClients(), 0, seconds));
  }

  /** Photographs of a better camera. */
  void largePictures(LoadGenerator generator) throws InterruptedException {
    if (!options.quick()) {
      for (Photographs size : List.of(Photographs.MEDIUM, Photographs.LARGE)) {
        report.add(
            generator.closedLoop(
                "%s MP, 4 clients".formatted(Cell.number(size.megapixels())),
                requests.of(size.jpegs(2)),
                4,
                WARM_UP,
                options.seconds()));
      }
    }
  }
}
