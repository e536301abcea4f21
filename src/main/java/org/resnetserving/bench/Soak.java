package org.resnetserving.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.resnetserving.admission.Ticker;
import org.resnetserving.bench.Services.Running;
import org.resnetserving.bench.SoakLoad.Counts;
import org.resnetserving.bench.SoakPictures.Named;
import org.resnetserving.image.NativeImageLibrary;

/**
 * Whether what a service holds stops growing: over so many requests of one kind, or over so long a
 * time of everything at once, whose answers must stay what they were.
 */
final class Soak {
  private static final int WARM_UP = 5000;
  private static final int STEPS = 10;
  private static final double SAMPLE_SECONDS = 10;

  /** Of the time, which is left to the service to warm up. */
  private static final int WARM_UP_PART = 6;

  private static final double GROWTH_PERCENT = 2;
  private static final double MORE_FILES = 10;
  private static final double MORE_THREADS = 5;
  private static final double MORE_DIRECT = 4;
  private static final double MOST_MEGAPIXELS = 12;
  private static final int CLIENTS = 8;
  private static final long SEED = 2;

  /** A model that is loaded, replaced and unloaded while the others serve: a copy of the last. */
  private static final String GUEST = "guest";

  private static final double PATIENCE_SECONDS = 60;

  private final BenchOptions options;
  private final Measurement measurement;
  private final Report report;

  Soak(BenchOptions options, Measurement measurement, Report report) {
    this.options = options;
    this.measurement = measurement;
    this.report = report;
  }

  /** Returns false if anything grew more than it may. */
  boolean run(Services services, int cores) throws Exception {
    String precision = options.precisions().get(options.precisions().size() - 1);
    Setup setup = new Setup(precision, cores, 1, 8);
    Duration time = options.soakTime();
    if (time != null) {
      return time(services, setup, time);
    }
    try (Running service = services.start(setup, measurement.small().get(0))) {
      return requests(service, options.soak());
    }
  }

  private boolean requests(Running service, int count) throws InterruptedException {
    Cell first = measurement.times(service, "%d to warm up".formatted(WARM_UP), WARM_UP);
    Cell last = first;
    for (int step = 1; step <= STEPS; step++) {
      int requests = count / STEPS;
      last = measurement.times(service, "to %d".formatted(step * requests), requests);
    }
    Target growth =
        Target.atMost(
            "growth of memory over %d requests".formatted(count),
            GROWTH_PERCENT,
            new Drift(first.residentMegabytes(), last.residentMegabytes()).percent(),
            " %",
            "%s, after %d to warm up %s MB, at the end %s MB"
                .formatted(
                    service.precision(),
                    WARM_UP,
                    Cell.number(first.residentMegabytes()),
                    Cell.number(last.residentMegabytes())));
    report.add(growth);
    report.add(Target.atMost("memory, most", Goals.MEMORY, last.peakMegabytes(), " MB", ""));
    return growth.met();
  }

  private boolean time(Services services, Setup setup, Duration time) throws Exception {
    List<String> others = new ArrayList<>(options.soakModels());
    for (String other : others) {
      services.describe(other, other);
    }
    services.describe(others.isEmpty() ? options.model() : others.get(others.size() - 1), GUEST);
    others.add(GUEST);
    List<String> models = new ArrayList<>(List.of(options.model()));
    models.addAll(others);
    InetSocketAddress grpc = Services.freeAddress();
    try (Running service =
        services.start(
            setup,
            measurement.small().get(0),
            others,
            "--spring.grpc.server.port=" + grpc.getPort(),
            "--management.endpoints.web.exposure.include=health,prometheus,models",
            "--management.endpoint.models.access=unrestricted")) {
      SoakPictures pictures = new SoakPictures(NativeImageLibrary.load(options.natives()));
      List<Named> good = pictures.good(MOST_MEGAPIXELS);
      List<Errand> goldens =
          models.stream()
              .filter(name -> !name.equals(GUEST))
              .map(name -> Errand.golden(good.get(0), name))
              .toList();
      if (!guest(service, "load")) {
        throw new IOException("the model '%s' does not load".formatted(GUEST));
      }
      List<Errand> errands = Errand.of(good, pictures.bad(), models, GUEST);
      SoakLoad load = new SoakLoad(service.address(), grpc, errands, PATIENCE_SECONDS);
      load.first();
      List<SoakSample> samples = samples(service, load, goldens, time.toMillis() / 1e3);
      load.notes().forEach(report::note);
      List<Target> targets = targets(samples);
      targets.forEach(report::add);
      return targets.stream().allMatch(Target::met);
    }
  }

  /**
   * All of them; the load goes on meanwhile, and is over at the end. In the first half of the
   * warm-up all clients ask as fast as they are answered, so that what all at once take is taken
   * before memory is judged.
   */
  private List<SoakSample> samples(
      Running service, SoakLoad load, List<Errand> goldens, double whole)
      throws IOException, InterruptedException {
    Ticker ticker = Ticker.system();
    long start = ticker.nanos();
    long end = start + (long) (whole * 1e9);
    long burst = start + (end - start) / WARM_UP_PART / 2;
    Arrivals all = Arrivals.closedLoop(ticker, () -> ticker.nanos() - end >= 0);
    Arrivals paced = options.rate() > 0 ? Arrivals.poisson(burst, options.rate(), end, SEED) : all;
    List<Thread> clients =
        load.start(CLIENTS, () -> ticker.nanos() - burst < 0 ? all.next() : paced.next());
    double slice = Math.min(SAMPLE_SECONDS, whole / (2 * WARM_UP_PART));
    List<SoakSample> samples = new ArrayList<>();
    for (int i = 1; i * slice <= whole; i++) {
      TimeUnit.NANOSECONDS.sleep(start + (long) (i * slice * 1e9) - ticker.nanos());
      String step = List.of("load", "unload", "load").get(i % 3);
      if (!guest(service, step)) {
        load.failed("the guest's " + step);
      }
      double difference = load.check(goldens);
      double now = (ticker.nanos() - start) / 1e9;
      long pid = service.process().pid();
      SoakSample sample = SoakSample.of(pid, service.management(), now, load.counts(), difference);
      report.add(sample);
      samples.add(sample);
    }
    for (Thread client : clients) {
      client.join();
    }
    return samples;
  }

  /** Loads the guest, or replaces it, or unloads it; answers once that is done. */
  private static boolean guest(Running service, String step) throws IOException {
    try (HttpConnection connection = new HttpConnection(service.management())) {
      String path = "/v2/repository/models/" + GUEST + "/" + step;
      return connection.exchange(Requests.post(path, "{}")).status() == 200;
    }
  }

  /**
   * What must hold: of all answers, and of what is held after the warm-up. The heap is not judged:
   * garbage goes up and down, and what really grows shows in the memory.
   */
  static List<Target> targets(List<SoakSample> all) {
    SoakSample last = all.get(all.size() - 1);
    Counts counts = last.counts();
    List<SoakSample> samples =
        all.stream().filter(sample -> sample.seconds() >= last.seconds() / WARM_UP_PART).toList();
    double difference = all.stream().mapToDouble(SoakSample::difference).max().orElseThrow();
    return List.of(
        Target.atLeast("right answers", 1, (double) counts.right(), "", counts.words()),
        Target.atMost("wrong answers", 0, (double) counts.wrong(), "", ""),
        Target.atMost("failures: 5xx and broken connections", 0, (double) counts.failed(), "", ""),
        Target.atMost(
            "difference of the golden answers",
            SoakLoad.TOLERANCE,
            difference,
            "",
            difference == 0 ? "bit for bit the same" : "%.1e".formatted(difference)),
        target(
            "growth of memory",
            GROWTH_PERCENT,
            " %",
            samples,
            SoakSample::residentMegabytes,
            Drift::percent),
        target(
            "more file descriptors",
            MORE_FILES,
            "",
            samples,
            SoakSample::files,
            drift -> drift.last() - drift.first()),
        target(
            "more threads",
            MORE_THREADS,
            "",
            samples,
            SoakSample::threads,
            drift -> drift.last() - drift.first()),
        target(
            "more direct memory",
            MORE_DIRECT,
            " MB",
            samples,
            SoakSample::directMegabytes,
            drift -> drift.last() - drift.first()));
  }

  private static Target target(
      String name,
      double most,
      String unit,
      List<SoakSample> samples,
      ToDoubleFunction<SoakSample> figure,
      ToDoubleFunction<Drift> growth) {
    Drift drift = Drift.of(samples.stream().map(sample -> figure.applyAsDouble(sample)).toList());
    return Target.atMost(
        name,
        most,
        growth.applyAsDouble(drift),
        unit,
        "after the warm-up %s, at the end %s"
            .formatted(Cell.number(drift.first()), Cell.number(drift.last())));
  }
}
