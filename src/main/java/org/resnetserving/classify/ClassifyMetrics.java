package org.resnetserving.classify;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.Stage;
import org.resnetserving.serving.StageClock;
import org.springframework.stereotype.Component;

/** What requests came to and how long they took. The names are a contract: see the README. */
@Component
final class ClassifyMetrics {
  static final String REQUESTS = "resnet.requests";
  static final String REQUEST_DURATION = "resnet.request.duration";
  static final String STAGE_DURATION = "resnet.stage.duration";

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

  ClassifyMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void finished(String model, @Nullable ProblemType problem, StageClock clock) {
    Counter.builder(REQUESTS)
        .description("Requests to classify a picture, by how they ended")
        .tag("model", model)
        .tag("outcome", problem == null ? OK : problem.slug())
        .register(registry)
        .increment();
    if (problem == null) {
      timer(REQUEST_DURATION, "Time from a request's arrival to its answer, answered ones only")
          .tag("model", model)
          .register(registry)
          .record(clock.total());
      clock.stages().forEach((stage, spent) -> stage(model, stage).record(spent));
    }
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
