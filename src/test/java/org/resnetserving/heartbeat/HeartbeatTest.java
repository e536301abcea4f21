package org.resnetserving.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
final class HeartbeatTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private long nanos = Long.MAX_VALUE - 1000; // It may overflow.
  private Instant now = Instant.parse("2026-11-26T20:00:00Z");
  private final Heartbeat heartbeat = new Heartbeat(registry, () -> nanos, () -> now);

  private void pass(Duration monotonic, Duration wall) {
    nanos += monotonic.toNanos();
    now = now.plus(wall);
    heartbeat.beat();
  }

  private double standstills() {
    return registry.get(Heartbeat.STANDSTILL).timer().count();
  }

  private double jumps() {
    return registry.get(Heartbeat.CLOCK_JUMPS).counter().count();
  }

  @Test
  void beats_inTime_sayNothing(CapturedOutput log) {
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofMillis(500), Duration.ofMillis(499));
    }
    pass(Duration.ofMillis(2400), Duration.ofMillis(2400));
    assertThat(standstills()).isZero();
    assertThat(jumps()).isZero();
    assertThat(log).doesNotContain("stood still", "clock was set");
  }

  @Test
  void process_thatStoodStill_saysHowLongOnce(CapturedOutput log) {
    pass(Duration.ofMillis(7500), Duration.ofMillis(7500));
    pass(Duration.ofMillis(500), Duration.ofMillis(500));
    assertThat(registry.get(Heartbeat.STANDSTILL).timer().totalTime(TimeUnit.SECONDS))
        .isCloseTo(7, within(1e-9));
    assertThat(standstills()).isEqualTo(1);
    assertThat(jumps()).isZero();
    assertThat(log).containsOnlyOnce("The process stood still for 7.0 s");
  }

  @Test
  void clock_thatWasSet_isSaidEitherWay(CapturedOutput log) {
    pass(Duration.ofMillis(500), Duration.ofDays(1).plusMillis(500));
    pass(Duration.ofMillis(500), Duration.ofHours(-2).plusMillis(500));
    pass(Duration.ofMillis(500), Duration.ofMillis(500));
    assertThat(jumps()).isEqualTo(2);
    assertThat(standstills()).isZero();
    assertThat(log)
        .containsOnlyOnce("The machine's clock was set by 86400.0 s")
        .containsOnlyOnce("The machine's clock was set by -7200.0 s");
  }
}
