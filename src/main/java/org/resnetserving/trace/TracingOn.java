package org.resnetserving.trace;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Holds where the service is told where traces go. */
final class TracingOn implements Condition {
  static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    return holds(context.getEnvironment());
  }

  static boolean holds(Environment environment) {
    return StringUtils.hasText(environment.getProperty(ENDPOINT));
  }
}
