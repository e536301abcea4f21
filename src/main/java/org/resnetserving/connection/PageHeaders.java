package org.resnetserving.connection;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells browsers what they may do with an answer: take it for what it says it is, and, where it is
 * a page, load and run only what comes from here, in no frame of another.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class PageHeaders extends OncePerRequestFilter {
  /** What comes from here, and pictures that the page made itself. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
          + " connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  /** Swagger's page has styles in its markup. */
  private static final String SWAGGER_POLICY =
      POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

  private static final String SWAGGER = "/swagger-ui";

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (request.getMethod().equals("GET")) {
      response.setHeader(
          "Content-Security-Policy",
          request.getServletPath().startsWith(SWAGGER) ? SWAGGER_POLICY : POLICY);
      response.setHeader("Referrer-Policy", "no-referrer");
    }
    chain.doFilter(request, response);
  }
}
