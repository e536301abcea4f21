package org.resnetserving.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerHttpObservationDocumentation;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** A request's span as a collector gets it. */
final class RequestSpansTest {
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final List<SpanData> exported = new ArrayList<>();

  @Test
  void span_ofAnAnswer_hasTheConventionsNamesAndTypes() {
    SpanData span = span("/v1/models/{model}/classify", 200, null);
    assertThat(span.getName()).isEqualTo("POST /v1/models/{model}/classify");
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().asMap())
        .containsOnly(
            Map.entry(AttributeKey.stringKey("http.request.method"), "POST"),
            Map.entry(AttributeKey.stringKey("http.route"), "/v1/models/{model}/classify"),
            Map.entry(AttributeKey.stringKey("url.scheme"), "http"),
            Map.entry(AttributeKey.stringKey("url.path"), "/v1/models/one/classify"),
            Map.entry(STATUS, 200L));
  }

  @Test
  void span_ofWhatTheServiceFailed_isAnErrorWithItsType() {
    SpanData span = span("/v1/classify", 504, null);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getAttributes().get(ERROR_TYPE)).isEqualTo("504");
    SpanData thrown = span("/v1/classify", 500, new IllegalStateException("broken"));
    assertThat(thrown.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(thrown.getAttributes().get(ERROR_TYPE)).isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void span_ofAClientsMistake_isNoErrorOfTheService() {
    SpanData span = span("/v1/classify", 422, null);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().get(ERROR_TYPE)).isNull();
    assertThat(span.getAttributes().get(STATUS)).isEqualTo(422L);
  }

  private SpanData span(String pattern, int status, Throwable error) {
    exported.clear();
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new KeptSpans(exported)))
            .build();
    io.opentelemetry.api.trace.Tracer otel = provider.get("test");
    OtelCurrentTraceContext current = new OtelCurrentTraceContext();
    ObservationRegistry registry = ObservationRegistry.create();
    registry
        .observationConfig()
        .observationHandler(
            new RequestSpans(
                new OtelTracer(otel, current, event -> {}),
                new OtelPropagator(
                    ContextPropagators.create(W3CTraceContextPropagator.getInstance()), otel)));
    MockHttpServletResponse response = new MockHttpServletResponse();
    ServerRequestObservationContext context =
        new ServerRequestObservationContext(
            new MockHttpServletRequest("POST", "/v1/models/one/classify"), response);
    context.setPathPattern(pattern);
    Observation observation =
        ServerHttpObservationDocumentation.HTTP_SERVLET_SERVER_REQUESTS.observation(
            null, new DefaultServerRequestObservationConvention(), () -> context, registry);
    observation.start();
    response.setStatus(status);
    if (error != null) {
      observation.error(error);
    }
    observation.stop();
    provider.close();
    assertThat(exported).hasSize(1);
    return exported.get(0);
  }
}
