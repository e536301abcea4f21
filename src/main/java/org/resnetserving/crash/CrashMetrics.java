package org.resnetserving.crash;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/** What a process before left unfinished in native code. The name is a contract. */
@Component
final class CrashMetrics implements MeterBinder {
  static final String UNFINISHED = "resnet.native.unfinished";

  @Override
  public void bindTo(MeterRegistry registry) {
    for (NativeTask task : NativeTask.values()) {
      Gauge.builder(UNFINISHED, () -> NativeWork.unfinished().getOrDefault(task, 0L))
          .description("What native code was at when a process before ended without warning")
          .tag("task", task.label())
          .register(registry);
    }
  }
}
