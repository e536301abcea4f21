package org.resnetserving.trace;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves OpenTelemetry out altogether, its threads too, unless it is told where traces go: by
 * {@value TracingOn#ENDPOINT} or {@code OTEL_EXPORTER_OTLP_ENDPOINT}, which Spring Boot maps to it.
 */
final class TracingSwitch implements AutoConfigurationImportFilter, EnvironmentAware {
  private static final String TRACING = "org.springframework.boot.micrometer.tracing.";
  private static final String OPEN_TELEMETRY = "org.springframework.boot.opentelemetry.";

  /** Nothing writes to it: logs go to the console, which collectors read. */
  private static final String LOGGING = OPEN_TELEMETRY + "autoconfigure.logging.";

  private boolean on;

  @Override
  public void setEnvironment(Environment environment) {
    on = TracingOn.holds(environment);
  }

  @Override
  public boolean[] match(
      @Nullable String[] autoConfigurationClasses, AutoConfigurationMetadata metadata) {
    boolean[] wanted = new boolean[autoConfigurationClasses.length];
    for (int i = 0; i < wanted.length; i++) {
      String name = autoConfigurationClasses[i];
      wanted[i] = name == null || wanted(name);
    }
    return wanted;
  }

  private boolean wanted(String name) {
    if (name.startsWith(LOGGING)) {
      return false;
    }
    return on || !(name.startsWith(TRACING) || name.startsWith(OPEN_TELEMETRY));
  }
}
