package org.resnetserving.trace;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request an id, the client's own where it is sane, which the answer's header, the
 * problem document and every log line of the request carry.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestIdFilter extends OncePerRequestFilter {
  static final String HEADER = "X-Request-Id";

  /** The id's name in the log and in problem documents. */
  static final String KEY = "request_id";

  /** Nothing that a log, a shell or a page could take for more than text. */
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:=+/@-]{1,128}");

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String id = id(request.getHeader(HEADER));
    response.setHeader(HEADER, id);
    try (MDC.MDCCloseable open = MDC.putCloseable(KEY, id)) {
      chain.doFilter(request, response);
    }
  }

  static String id(@Nullable String given) {
    return given != null && SANE.matcher(given).matches() ? given : UUID.randomUUID().toString();
  }
}
