package org.resnetserving.trace;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelSpan;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.observation.OpenTelemetryServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * Writes a request's span by OpenTelemetry's conventions for HTTP servers: names and types of
 * attributes, "POST /v1/classify" for a name, and the status ERROR with {@code error.type} for what
 * the service failed (5xx), not for what its client did wrong. Only the span: the same words would
 * rename the metric {@code http_server_requests_seconds} and its labels, were Spring's convention a
 * bean.
 */
final class RequestSpans
    extends PropagatingReceiverTracingObservationHandler<ServerRequestObservationContext> {
  static final String PATH = "url.path";
  private static final String METHOD = "http.request.method";
  private static final String ROUTE = "http.route";
  private static final String STATUS = "http.response.status_code";
  private static final String ERROR_TYPE = "error.type";

  /**
   * Of the convention's key values, what is said as it comes; where it is not known, nothing is.
   */
  private static final List<String> TAKEN = List.of(METHOD, ROUTE, "url.scheme", PATH);

  private static final String UNKNOWN = "UNKNOWN";

  private final OpenTelemetryServerRequestObservationConvention convention =
      new OpenTelemetryServerRequestObservationConvention();

  RequestSpans(Tracer tracer, Propagator propagator) {
    super(tracer, propagator);
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof ServerRequestObservationContext;
  }

  /** The last word before the span gets the context's name. */
  @Override
  public void customizeReceiverSpan(ServerRequestObservationContext context, Span span) {
    context.setContextualName(convention.getContextualName(context));
  }

  @Override
  public void tagSpan(ServerRequestObservationContext context, Span span) {
    for (KeyValue value :
        convention
            .getLowCardinalityKeyValues(context)
            .and(convention.getHighCardinalityKeyValues(context))) {
      if (TAKEN.contains(value.getKey()) && !value.getValue().equals(UNKNOWN)) {
        span.tag(value.getKey(), value.getValue());
      }
    }
    int status = context.getResponse() == null ? 0 : context.getResponse().getStatus();
    if (status > 0) {
      span.tag(STATUS, status);
    }
    Throwable error = context.getError();
    if (status >= HttpStatus.INTERNAL_SERVER_ERROR.value() || error != null) {
      span.tag(ERROR_TYPE, error != null ? error.getClass().getName() : Integer.toString(status));
      OtelSpan.toOtel(span).setStatus(StatusCode.ERROR);
    }
  }
}
