package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.problem.ProblemException;

final class RequestTimeoutTest {
  private static final Duration OTHERWISE = Duration.ofSeconds(10);
  private static final Duration MOST = Duration.ofSeconds(60);

  @Test
  void timeout_notGiven_isTheDefault() {
    assertThat(RequestTimeout.parse(null, OTHERWISE, MOST)).isEqualTo(OTHERWISE);
  }

  @Test
  void timeout_decimalSeconds_isTaken() {
    assertThat(RequestTimeout.parse("0.25", OTHERWISE, MOST)).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void timeout_overTheCap_isTheCap() {
    assertThat(RequestTimeout.parse("999999999", OTHERWISE, MOST)).isEqualTo(MOST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1e3", "soon", "", "NaN", "0x1p3", "1,5", "99999999999"})
  void timeout_nonsense_isRefused(String header) {
    assertThatThrownBy(() -> RequestTimeout.parse(header, OTHERWISE, MOST))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("Request-Timeout")
        .hasMessageContaining("60.0 s");
  }
}
