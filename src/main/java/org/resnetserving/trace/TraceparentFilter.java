package org.resnetserving.trace;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Tells the client in which trace its request went down: the header {@code traceparent}. */
@Component
// After the filter that begins the request's span, which is next to the highest.
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class TraceparentFilter extends OncePerRequestFilter {
  private final ObjectProvider<Tracer> tracer;
  private final ObjectProvider<Propagator> propagator;

  TraceparentFilter(ObjectProvider<Tracer> tracer, ObjectProvider<Propagator> propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Tracer spans = tracer.getIfAvailable();
    Span span = spans == null ? null : spans.currentSpan();
    if (span != null) {
      propagator.ifAvailable(
          way ->
              way.inject(
                  span.context(),
                  response,
                  (carrier, name, value) -> response.setHeader(name, value)));
    }
    chain.doFilter(request, response);
  }
}
