package org.resnetserving.trace;

import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.exporter.SpanExportingPredicate;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.resources.ResourceBuilder;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SdkTracerProviderBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** What a service that exports traces has more than Spring Boot gives it. */
@Configuration(proxyBeanMethods = false)
@Conditional(TracingOn.class)
class TraceConfiguration {
  /** A container's own name: in Kubernetes, its pod's. */
  private static final String HOST_NAME = "HOSTNAME";

  private static final AttributeKey<String> VERSION = AttributeKey.stringKey("service.version");
  private static final AttributeKey<String> INSTANCE =
      AttributeKey.stringKey("service.instance.id");

  /** Whatever comes before them: the context path. */
  private static final Pattern PROBES = Pattern.compile(".*/(livez|readyz|actuator(/.*)?)");

  @Bean
  @Order(MicrometerTracingAutoConfiguration.RECEIVER_TRACING_OBSERVATION_HANDLER_ORDER)
  RequestSpans requestSpans(Tracer tracer, Propagator propagator) {
    return new RequestSpans(tracer, propagator);
  }

  /** Calls of gRPC and whatever else is received: they go on in their client's trace, too. */
  @Bean
  @Order(MicrometerTracingAutoConfiguration.RECEIVER_TRACING_OBSERVATION_HANDLER_ORDER + 1)
  PropagatingReceiverTracingObservationHandler<ReceiverContext<?>> otherSpans(
      Tracer tracer, Propagator propagator) {
    return new PropagatingReceiverTracingObservationHandler<>(tracer, propagator);
  }

  /** Probes and scrapes come every few seconds, and tell nobody anything. */
  @Bean
  SpanExportingPredicate probesAreNotExported() {
    return span -> !isProbe(span.getTags().get(RequestSpans.PATH));
  }

  /**
   * Which of several services this is: what is not set (OTEL_RESOURCE_ATTRIBUTES) and yet known.
   */
  @Bean
  SdkTracerProviderBuilderCustomizer instance(Resource given, @Nullable BuildProperties build) {
    Resource more =
        more(given, build == null ? null : build.getVersion(), System.getenv(HOST_NAME));
    return provider -> provider.addResource(more);
  }

  static boolean isProbe(@Nullable String path) {
    return path != null && PROBES.matcher(path).matches();
  }

  static Resource more(Resource given, @Nullable String version, @Nullable String host) {
    ResourceBuilder more = Resource.builder();
    if (version != null && given.getAttribute(VERSION) == null) {
      more.put(VERSION, version);
    }
    if (given.getAttribute(INSTANCE) == null) {
      more.put(INSTANCE, host == null || host.isBlank() ? UUID.randomUUID().toString() : host);
    }
    return more.build();
  }
}
