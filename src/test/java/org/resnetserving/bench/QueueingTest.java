package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QueueingTest {
  /** Against figures of another simulation, of 200 000 arrivals, which are within some percent. */
  @ParameterizedTest
  @CsvSource({
    "1, 4.9, 5.3",
    "2, 3.9, 4.5",
    "4, 3.0, 3.4",
    "8, 2.15, 2.55",
    "56, 1.11, 1.22",
    "64, 1.09, 1.19"
  })
  void tail_isThatOfADeterministicQueue(int servers, double at80, double at87) {
    assertThat(Queueing.tail(servers, 0.80)).isCloseTo(at80, within(0.05 * at80));
    assertThat(Queueing.tail(servers, 0.87)).isCloseTo(at87, within(0.08 * at87));
  }

  @Test
  void tail_ofAnIdleService_isNone() {
    assertThat(Queueing.tail(2, 0.001)).isCloseTo(1, within(0.001));
  }

  @Test
  void tail_ofWhatNeverSettles_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Queueing.tail(2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Queueing.tail(0, 0.5));
  }
}
