package org.resnetserving.dataplane;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.resnetserving.catalog.Catalog;
import org.resnetserving.catalog.CatalogMetrics;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.Stage;
import org.resnetserving.serving.StageClock;
import org.springframework.stereotype.Component;

/** What requests came to and how long they took. The names are a contract: see the README. */
@Component
final class RequestMetrics {
  static final String REQUESTS = "resnet.requests";
  static final String PICTURES = "resnet.pictures";
  static final String ANSWERS = "resnet.answers";
  static final String REQUEST_DURATION = "resnet.request.duration";
  static final String STAGE_DURATION = "resnet.stage.duration";

  /** Stands for all names of models that are not served, of which clients can think of many. */
  static final String UNKNOWN = "unknown";

  /** Stands for several models that are asked together. */
  static final String ENSEMBLE = "ensemble";

  /** What becomes of requests that reach no model. */
  private static final Set<ProblemType> ELSEWHERE =
      EnumSet.of(
          ProblemType.API_KEY_MISSING,
          ProblemType.API_KEY_UNKNOWN,
          ProblemType.ORIGIN_NOT_ALLOWED,
          ProblemType.PATH_UNKNOWN,
          ProblemType.METHOD_NOT_ALLOWED,
          ProblemType.NOT_ACCEPTABLE,
          ProblemType.EXPECTATION_UNSUPPORTED,
          ProblemType.CONTENT_TYPE_UNSUPPORTED,
          ProblemType.MODEL_UNKNOWN);

  /** Outcome of a request that was answered. */
  static final String OK = "ok";

  /** From what a small network takes on a GPU to the longest deadline that may be asked for. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(35),
    Duration.ofMillis(50),
    Duration.ofMillis(75),
    Duration.ofMillis(100),
    Duration.ofMillis(150),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60)
  };

  private final MeterRegistry registry;

  RequestMetrics(MeterRegistry registry, Catalog catalog) {
    this.registry = registry;
    catalog.models().forEach(model -> begin(model.name()));
    requests(UNKNOWN, ProblemType.MODEL_UNKNOWN.slug());
  }

  /**
   * Has all series of a model there from the start: a rate over one that appears misses its first.
   */
  private void begin(String model) {
    requests(model, OK);
    for (ProblemType type : ProblemType.values()) {
      if (!ELSEWHERE.contains(type)) {
        requests(model, type.slug());
      }
    }
  }

  private Counter requests(String model, String outcome) {
    return Counter.builder(REQUESTS)
        .description("Requests to a model, by how they ended")
        .tag("model", model)
        .tag("outcome", outcome)
        .register(registry);
  }

  /** A request to a model that is not served. */
  void unknown() {
    requests(UNKNOWN, ProblemType.MODEL_UNKNOWN.slug()).increment();
  }

  void finished(String model, @Nullable ProblemType problem, StageClock clock) {
    requests(model, problem == null ? OK : problem.slug()).increment();
    if (problem == null) {
      timer(REQUEST_DURATION, "Time from a request's arrival to its answer, answered ones only")
          .tag("model", model)
          .register(registry)
          .record(clock.total());
      clock.stages().forEach((stage, spent) -> stage(model, stage).record(spent));
    }
  }

  /** What became of one picture of a request. */
  void picture(String model, Outcome outcome) {
    Counter.builder(PICTURES)
        .description("Pictures that a model was asked about, by what became of them")
        .tag("model", model)
        .tag("outcome", outcome.problem().map(e -> e.type().slug()).orElse(OK))
        .register(registry)
        .increment();
  }

  /** How sure the model was of one picture, where that is said. */
  void classified(String model, Classification classification) {
    if (classification.unsure() != null) {
      Counter.builder(ANSWERS)
          .description("Pictures of which it is said whether the answer is unsure, by what is said")
          .tag("model", model)
          .tag("unsure", classification.unsure().toString())
          .register(registry)
          .increment();
    }
  }

  /** What was asked of a model since the start. */
  RequestTotals totals(String model) {
    Timer answered = registry.find(REQUEST_DURATION).tag("model", model).timer();
    Map<Stage, Duration> stages = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      stages.put(stage, time(stage(model, stage)));
    }
    return new RequestTotals(
        answered == null ? 0 : answered.count(),
        registry.find(REQUESTS).tag("model", model).counters().stream()
            .filter(counter -> !OK.equals(counter.getId().getTag("outcome")))
            .mapToLong(counter -> (long) counter.count())
            .sum(),
        answered == null ? Duration.ZERO : time(answered),
        stages,
        registry.find(PICTURES).tags("model", model, "outcome", OK).counters().stream()
            .mapToLong(counter -> (long) counter.count())
            .sum(),
        registry.find(CatalogMetrics.BATCH_SIZE).tag("model", model).summaries().stream()
            .mapToLong(DistributionSummary::count)
            .sum());
  }

  private static Duration time(Timer timer) {
    return Duration.ofNanos((long) timer.totalTime(TimeUnit.NANOSECONDS));
  }

  private Timer stage(String model, Stage stage) {
    return timer(STAGE_DURATION, "Time that answered requests spent in each stage")
        .tag("model", model)
        .tag("stage", stage.label())
        .register(registry);
  }

  private static Timer.Builder timer(String name, String description) {
    return Timer.builder(name).description(description).serviceLevelObjectives(BUCKETS);
  }
}
