package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.resnetserving.admission.FakeTicker;

class ServiceRateTest {
  private final FakeTicker ticker = new FakeTicker();
  private final ServiceRate rate = new ServiceRate(ticker);

  @Test
  void perSecond_isExact_ifSteady() {
    serve(200, 4, Duration.ofMillis(100));

    assertThat(rate.perSecond()).isCloseTo(40, within(0.001));
    assertThat(rate.retryAfter(399)).isEqualTo(Duration.ofSeconds(10));
    assertThat(rate.retryAfter(401)).isEqualTo(Duration.ofSeconds(11));
  }

  @Test
  void perSecond_ignoresIdleTime() {
    serve(100, 1, Duration.ofMillis(100));
    rate.pause();
    ticker.advance(Duration.ofHours(1));
    serve(100, 1, Duration.ofMillis(100));

    assertThat(rate.perSecond()).isCloseTo(10, within(0.001));
  }

  @Test
  void perSecond_followsAChange() {
    serve(600, 1, Duration.ofMillis(100));
    serve(60, 1, Duration.ofSeconds(1));

    assertThat(rate.perSecond()).isBetween(0.9, 1.2);
  }

  @Test
  void retryAfter_isWithinOneAndSixtySeconds() {
    assertThat(rate.retryAfter(1000)).isEqualTo(Duration.ofSeconds(1));

    serve(10, 1, Duration.ofMillis(10));
    assertThat(rate.retryAfter(0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(rate.retryAfter(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void retryAfter_grows_whileNothingComesOut() {
    serve(100, 1, Duration.ofMillis(100));
    assertThat(rate.retryAfter(20)).isEqualTo(Duration.ofSeconds(2));

    ticker.advance(Duration.ofSeconds(30));
    assertThat(rate.retryAfter(20)).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void retryAfter_isTheTimeSpentSoFar_beforeTheFirstIsServed() {
    rate.resume();
    ticker.advance(Duration.ofSeconds(7));

    assertThat(rate.retryAfter(20)).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void reading_changesNothing() {
    serve(100, 1, Duration.ofMillis(100));
    for (int i = 0; i < 1000; i++) {
      ticker.advance(Duration.ofMillis(1));
      rate.retryAfter(1);
    }
    double read = rate.perSecond();

    FakeTicker other = new FakeTicker();
    ServiceRate unread = new ServiceRate(other);
    unread.resume();
    for (int i = 0; i < 100; i++) {
      other.advance(Duration.ofMillis(100));
      unread.served(1);
    }
    other.advance(Duration.ofSeconds(1));
    assertThat(read).isEqualTo(unread.perSecond());
  }

  private void serve(int batches, int size, Duration each) {
    rate.resume();
    for (int i = 0; i < batches; i++) {
      ticker.advance(each);
      rate.served(size);
    }
  }
}
