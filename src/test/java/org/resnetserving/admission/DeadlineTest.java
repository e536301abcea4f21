package org.resnetserving.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private final FakeTicker ticker = new FakeTicker();

  @Test
  void remaining_falls_asTimePasses() {
    Deadline deadline = Deadline.after(Duration.ofSeconds(3), ticker);

    ticker.advance(Duration.ofSeconds(2)); // Past the clock's overflow.

    assertThat(deadline.allowed()).isEqualTo(Duration.ofSeconds(3));
    assertThat(deadline.elapsed(ticker)).isEqualTo(Duration.ofSeconds(2));
    assertThat(deadline.remaining(ticker)).isEqualTo(Duration.ofSeconds(1));
    assertThat(deadline.expired(ticker)).isFalse();
  }

  @Test
  void expired_isTrue_fromTheExpiryOn() {
    Deadline deadline = Deadline.after(Duration.ofSeconds(3), ticker);

    ticker.advance(Duration.ofSeconds(3));
    assertThat(deadline.expired(ticker)).isTrue();

    ticker.advance(Duration.ofHours(1));
    assertThat(deadline.expired(ticker)).isTrue();
    assertThat(deadline.remaining(ticker)).isZero();
  }

  @Test
  void after_isAYear_forAnythingLonger() {
    Deadline deadline = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), ticker);

    assertThat(deadline.expired(ticker)).isFalse();
    assertThat(deadline.remaining(ticker)).isEqualTo(Duration.ofDays(365));
  }

  @Test
  void after_isRefused_ifNegative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Deadline.after(Duration.ofNanos(-1), ticker));
  }
}
