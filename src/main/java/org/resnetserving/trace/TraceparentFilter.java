package org.resnetserving.trace;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Tells the client in which trace its request went down: the header {@code traceparent}. */
@Component
// After the filter that begins the request's span, which is next to the highest.
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class TraceparentFilter extends OncePerRequestFilter {
  private final @Nullable Tracer tracer;
  private final @Nullable Propagator propagator;

  TraceparentFilter(@Nullable Tracer tracer, @Nullable Propagator propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Span span = tracer == null ? null : tracer.currentSpan();
    if (span != null && propagator != null) {
      propagator.inject(
          span.context(), response, (carrier, name, value) -> response.setHeader(name, value));
    }
    chain.doFilter(request, response);
  }
}
