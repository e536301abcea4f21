package org.resnetserving.dataplane;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.programs.ProgramTrial;
import org.resnetserving.serving.StageClock;
import org.springframework.stereotype.Component;

/** A span for each stage, in the request's own span; nothing where traces go nowhere. */
@Component
final class StageSpans {
  private static final String MODEL = "resnet.model";
  private static final String OUTCOME = "resnet.outcome";
  private static final String PROGRAM = "resnet.program";
  private static final String PRECISION = "resnet.precision";
  private static final String BATCH_SIZE = "resnet.batch.size";

  private final @Nullable Tracer tracer;

  StageSpans(@Nullable Tracer tracer) {
    this.tracer = tracer;
  }

  /**
   * Says on the request's span how the picture ran.
   *
   * @param program that ran it; null where the model brought its own
   * @param batchSize pictures that ran together
   */
  void inferred(@Nullable ProgramSummary program, int batchSize) {
    Span request = tracer == null ? null : tracer.currentSpan();
    if (request == null || request.isNoop()) {
      return;
    }
    request.tag(BATCH_SIZE, batchSize);
    if (program != null) {
      request.tag(PRECISION, program.precision());
      if (program.choice() != null) {
        request.tag(PROGRAM, ProgramTrial.program(program.choice().kind()));
      }
    }
  }

  void finished(String model, @Nullable ProblemType problem, StageClock clock) {
    if (tracer == null) {
      return;
    }
    Span request = tracer.currentSpan();
    if (request == null || request.isNoop()) {
      return;
    }
    request.tag(MODEL, model);
    request.tag(OUTCOME, problem == null ? RequestMetrics.OK : problem.slug());
    // Spans want the wall clock: what began so long ago on the monotonic one.
    long start =
        TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - clock.total().toNanos();
    for (StageClock.Interval interval : clock.intervals()) {
      if (interval.endNanos() > interval.startNanos()) {
        tracer
            .spanBuilder()
            .setParent(request.context())
            .name(interval.stage().label())
            .startTimestamp(start + interval.startNanos(), TimeUnit.NANOSECONDS)
            .start()
            .end(start + interval.endNanos(), TimeUnit.NANOSECONDS);
      }
    }
  }
}
