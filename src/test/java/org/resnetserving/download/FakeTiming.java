package org.resnetserving.download;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when somebody sleeps, or by a step each time somebody looks. */
final class FakeTiming {
  private final AtomicLong nanos = new AtomicLong();
  private final List<Duration> slept = new CopyOnWriteArrayList<>();
  private volatile Duration step = Duration.ZERO;

  Timing timing() {
    return new Timing(
        () -> nanos.getAndAdd(step.toNanos()),
        Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC),
        duration -> {
          slept.add(duration);
          nanos.addAndGet(duration.toNanos());
        },
        () -> 1.0);
  }

  void step(Duration step) {
    this.step = step;
  }

  List<Duration> slept() {
    return List.copyOf(slept);
  }
}
