package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ArrivalsTest {
  private static final long MILLI = 1_000_000;

  private final AtomicLong now = new AtomicLong(5);

  @Test
  void paced_keepsItsMoments_howeverLateItIsAsked() {
    Arrivals arrivals = Arrivals.paced(100 * MILLI, 250, 112 * MILLI);
    assertThat(arrivals.next()).isEqualTo(100 * MILLI);
    now.set(1_000_000 * MILLI);
    assertThat(arrivals.next()).isEqualTo(104 * MILLI);
    assertThat(arrivals.next()).isEqualTo(108 * MILLI);
    assertThat(arrivals.next()).isEqualTo(Arrivals.OVER);
    assertThat(arrivals.next()).isEqualTo(Arrivals.OVER);
  }

  @Test
  void paced_ofARateThatDoesNotDivide_doesNotDrift() {
    Arrivals arrivals = Arrivals.paced(0, 3, Long.MAX_VALUE);
    long last = 0;
    for (int i = 0; i <= 3000; i++) {
      last = arrivals.next();
    }
    assertThat(last).isEqualTo(1_000_000_000_000L);
  }

  @Test
  void poisson_hasTheRateAndTheScatterOfRandomArrivals() {
    int count = 100_000;
    Arrivals arrivals = Arrivals.poisson(0, 50, Long.MAX_VALUE, 7);
    double sum = 0;
    double squares = 0;
    long last = 0;
    for (int i = 0; i < count; i++) {
      long moment = arrivals.next();
      double gap = (moment - last) / 1e9;
      sum += gap;
      squares += gap * gap;
      last = moment;
    }
    double mean = sum / count;
    assertThat(mean).isCloseTo(0.02, withinPercentage(2));
    // Of an exponential distribution the deviation is the mean.
    assertThat(Math.sqrt(squares / count - mean * mean)).isCloseTo(mean, withinPercentage(2));
  }

  @Test
  void poisson_endsAndIsTheSameForTheSameSeed() {
    assertThat(moments(3)).isEqualTo(moments(3)).isNotEqualTo(moments(4)).hasSizeBetween(60, 140);
    assertThat(moments(3)).isSorted().allMatch(moment -> moment < 1_000 * MILLI);
  }

  private static List<Long> moments(long seed) {
    Arrivals arrivals = Arrivals.poisson(0, 100, 1_000 * MILLI, seed);
    List<Long> moments = new ArrayList<>();
    for (long next = arrivals.next(); next != Arrivals.OVER; next = arrivals.next()) {
      moments.add(next);
    }
    return moments;
  }

  @Test
  void closedLoop_isNow_untilTold() {
    AtomicBoolean over = new AtomicBoolean();
    Arrivals arrivals = Arrivals.closedLoop(now::get, over::get);
    assertThat(arrivals.next()).isEqualTo(5);
    now.set(9);
    assertThat(arrivals.next()).isEqualTo(9);
    over.set(true);
    assertThat(arrivals.next()).isEqualTo(Arrivals.OVER);
  }

  @Test
  void times_isSoMany() {
    Arrivals arrivals = Arrivals.times(now::get, 2);
    assertThat(arrivals.next()).isEqualTo(5);
    assertThat(arrivals.next()).isEqualTo(5);
    assertThat(arrivals.next()).isEqualTo(Arrivals.OVER);
  }
}
