package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final long MILLI = 1_000_000;

  private final AtomicLong now = new AtomicLong(5);

  @Test
  void openLoop_keepsItsMoments_howeverLateItIsAsked() {
    Pace pace = Pace.openLoop(100 * MILLI, 250, 112 * MILLI);
    assertThat(pace.next()).isEqualTo(100 * MILLI);
    now.set(1_000_000 * MILLI);
    assertThat(pace.next()).isEqualTo(104 * MILLI);
    assertThat(pace.next()).isEqualTo(108 * MILLI);
    assertThat(pace.next()).isEqualTo(Pace.OVER);
    assertThat(pace.next()).isEqualTo(Pace.OVER);
  }

  @Test
  void openLoop_ofARateThatDoesNotDivide_doesNotDrift() {
    Pace pace = Pace.openLoop(0, 3, Long.MAX_VALUE);
    long last = 0;
    for (int i = 0; i <= 3000; i++) {
      last = pace.next();
    }
    assertThat(last).isEqualTo(1_000_000_000_000L);
  }

  @Test
  void closedLoop_isNow_untilTold() {
    AtomicBoolean over = new AtomicBoolean();
    Pace pace = Pace.closedLoop(now::get, over::get);
    assertThat(pace.next()).isEqualTo(5);
    now.set(9);
    assertThat(pace.next()).isEqualTo(9);
    over.set(true);
    assertThat(pace.next()).isEqualTo(Pace.OVER);
  }

  @Test
  void times_isSoMany() {
    Pace pace = Pace.times(now::get, 2);
    assertThat(pace.next()).isEqualTo(5);
    assertThat(pace.next()).isEqualTo(5);
    assertThat(pace.next()).isEqualTo(Pace.OVER);
  }
}
