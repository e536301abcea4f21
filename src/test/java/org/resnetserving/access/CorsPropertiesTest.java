package org.resnetserving.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CorsPropertiesTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "https://example.org",
        "http://localhost:3000",
        "http://[::1]:3000",
        "app://phone"
      })
  void origin_asBrowsersWriteIt_isTaken(String origin) {
    assertThat(new CorsProperties(List.of(origin), HOUR).allowedOrigins()).containsExactly(origin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.org",
        "https://example.org/",
        "https://example.org/page",
        "https://Example.org",
        "https://*.example.org",
        "null",
        "",
        "https://example.org?x"
      })
  void origin_thatNoBrowserSends_refusesToStart(String origin) {
    assertThatThrownBy(() -> new CorsProperties(List.of(origin), HOUR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resnet.cors.allowed-origins has '" + origin + "'");
  }

  @Test
  void age_outOfItsRange_refusesToStart() {
    assertThatThrownBy(() -> new CorsProperties(List.of(), Duration.ofDays(2)))
        .hasMessageContaining("resnet.cors.max-age");
  }
}
