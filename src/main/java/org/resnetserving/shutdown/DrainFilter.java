package org.resnetserving.shutdown;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * While the service drains, has clients close connections that they keep: the next request on one
 * would come when nobody takes it any more.
 */
@Component
@Order(DrainFilter.ORDER)
final class DrainFilter extends OncePerRequestFilter {
  /** Before those that may answer by themselves, such as who refuses a request without a key. */
  static final int ORDER = -200;

  private final Drain drain;

  DrainFilter(Drain drain) {
    this.drain = drain;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (drain.draining()) {
      response.setHeader(HttpHeaders.CONNECTION, "close");
    }
    chain.doFilter(request, response);
  }
}
