package org.resnetserving.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.mock.env.MockEnvironment;

final class TracingSwitchTest {
  private static final String[] NAMES = {
    "org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration",
    "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration",
    "org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration",
    "org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration",
    null
  };

  @Test
  void match_withoutAnEndpoint_leavesTracingOut() {
    assertThat(match("")).containsExactly(true, false, false, false, true);
  }

  @Test
  void match_withAnEndpoint_leavesOnlyLogExportOut() {
    assertThat(match("http://127.0.0.1:4318/v1/traces"))
        .containsExactly(true, true, true, false, true);
  }

  private static boolean[] match(String endpoint) {
    TracingSwitch tracing = new TracingSwitch();
    tracing.setEnvironment(new MockEnvironment().withProperty(TracingOn.ENDPOINT, endpoint));
    return tracing.match(NAMES, (AutoConfigurationMetadata) null);
  }
}
