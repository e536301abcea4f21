package org.resnetserving.page;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Ticker;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.programs.ProgramTrial;
import org.resnetserving.serving.ModelStatus;
import org.resnetserving.serving.ServedModel;

/**
 * Makes a {@link Status} of the service's own metrics, in one walk over them and at most once a
 * second, for all who ask. Thread-safe.
 */
final class StatusReader {
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double NANOS = 1e9;

  private final MeterRegistry registry;
  private final DataPlane plane;
  private final Ticker ticker;
  private final long start;
  private @Nullable Status last;
  private long readAt;

  StatusReader(MeterRegistry registry, DataPlane plane, Ticker ticker) {
    this.registry = registry;
    this.plane = plane;
    this.ticker = ticker;
    this.start = ticker.nanos();
  }

  /** How the service is, or was a second ago. */
  synchronized Status status() {
    Status kept = last;
    long now = ticker.nanos();
    if (kept == null || now - readAt >= KEPT_NANOS) {
      kept = read((now - start) / NANOS);
      last = kept;
      readAt = now;
    }
    return kept;
  }

  private Status read(double uptime) {
    Map<String, Numbers> numbers = new HashMap<>();
    Map<String, Long> memory = new HashMap<>();
    for (Meter meter : registry.getMeters()) {
      String model = meter.getId().getTag("model");
      if (model != null) {
        numbers.computeIfAbsent(model, name -> new Numbers()).take(meter);
      } else if (meter instanceof Gauge gauge && gauge.getId().getName().contains("memory")) {
        memory.put(gauge.getId().getName(), (long) gauge.value());
      }
    }
    return new Status(
        uptime,
        numbers.values().stream()
            .map(some -> some.bounds)
            .filter(bounds -> !bounds.isEmpty())
            .findFirst()
            .orElse(List.of()),
        new Status.Memory(
            memory.get("process.resident.memory"),
            memory.get("resnet.memory.used"),
            memory.get("resnet.memory.limit")),
        plane.models().stream()
            .map(model -> numbers.getOrDefault(model.name(), new Numbers()).of(model))
            .toList());
  }

  /** Of one model, by the names that are documented for its metrics. */
  private static final class Numbers {
    private final Map<String, Long> requests = new TreeMap<>();
    private List<Double> bounds = List.of();
    private List<Long> durations = List.of();
    private long answered;
    private long batches;
    private long pictures;
    private int queued;
    private int running;

    void take(Meter meter) {
      switch (meter.getId().getName()) {
        case "resnet.requests" -> requests((Counter) meter);
        case "resnet.request.duration" -> durations((Timer) meter);
        case "resnet.batch.size" -> {
          batches = ((DistributionSummary) meter).count();
          pictures = (long) ((DistributionSummary) meter).totalAmount();
        }
        case "resnet.queued" -> queued = (int) ((Gauge) meter).value();
        case "resnet.running" -> running = (int) ((Gauge) meter).value();
        default -> {
          // Nothing that the page shows.
        }
      }
    }

    private void requests(Counter counter) {
      String outcome = counter.getId().getTag("outcome");
      if (outcome != null && counter.count() > 0) {
        requests.put(outcome, (long) counter.count());
      }
    }

    /** What a snapshot counts is of the last minute, unlike what the timer itself does. */
    private void durations(Timer timer) {
      List<CountAtBucket> buckets =
          Arrays.stream(timer.takeSnapshot().histogramCounts())
              .filter(bucket -> Double.isFinite(bucket.bucket()))
              .toList();
      bounds = buckets.stream().map(bucket -> bucket.bucket(TimeUnit.MILLISECONDS)).toList();
      durations = buckets.stream().map(bucket -> (long) bucket.count()).toList();
      answered = timer.count();
    }

    Status.Model of(ServedModel model) {
      ModelStatus status = model.status();
      ProgramSummary program = model.program();
      ProgramChoice choice = program == null ? null : program.choice();
      return new Status.Model(
          model.name(),
          status.state().label(),
          status.reason(),
          program == null ? null : program.precision(),
          choice == null ? null : ProgramTrial.program(choice.kind()),
          choice == null ? null : choice.reason(),
          requests,
          durations,
          answered,
          batches,
          pictures,
          queued,
          running);
    }
  }
}
