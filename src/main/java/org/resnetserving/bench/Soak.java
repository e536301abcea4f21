package org.resnetserving.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.resnetserving.bench.Services.Running;

/** Whether what a service holds stops growing: over so many requests, or over so long a time. */
final class Soak {
  private static final int WARM_UP = 5000;
  private static final int STEPS = 10;
  private static final double SAMPLE_SECONDS = 10;

  /** Of the time, which is left to the service to warm up. */
  private static final int WARM_UP_PART = 6;

  private static final double GROWTH_PERCENT = 2;
  private static final double MORE_FILES = 10;
  private static final double MORE_THREADS = 5;

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
    try (Running service = services.start(setup, measurement.small().get(0))) {
      Duration time = options.soakTime();
      return time == null ? requests(service, options.soak()) : time(service, time);
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

  private boolean time(Running service, Duration time) throws IOException, InterruptedException {
    double whole = time.toMillis() / 1e3;
    double slice = Math.min(SAMPLE_SECONDS, whole / (2 * WARM_UP_PART));
    long pid = service.process().pid();
    List<SoakSample> samples = new ArrayList<>();
    long start = System.nanoTime();
    Cell last = null;
    for (double seconds = 0; seconds < whole; seconds = (System.nanoTime() - start) / 1e9) {
      last = measurement.during(service, "at %.0f s".formatted(seconds), slice);
      double now = (System.nanoTime() - start) / 1e9;
      SoakSample sample = SoakSample.of(pid, service.management(), now);
      report.add(sample);
      if (now >= whole / WARM_UP_PART) {
        samples.add(sample);
      }
    }
    List<Target> targets = targets(samples);
    targets.forEach(report::add);
    if (last != null) {
      report.add(Target.atMost("memory, most", Goals.MEMORY, last.peakMegabytes(), " MB", ""));
    }
    return targets.stream().allMatch(Target::met);
  }

  /**
   * What must hold of the samples after the warm-up. The heap is not judged: garbage goes up and
   * down, and what really grows shows in the memory.
   */
  static List<Target> targets(List<SoakSample> samples) {
    return List.of(
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
