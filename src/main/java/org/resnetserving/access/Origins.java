package org.resnetserving.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;

/**
 * Spring's, but a request of an origin that is not allowed is answered, without the header that has
 * a browser hand the answer on: behind a proxy that ends TLS, the service's own page looks like
 * one. Only who asks beforehand whether it may is refused.
 */
final class Origins extends DefaultCorsProcessor {
  @Override
  public boolean processRequest(
      @Nullable CorsConfiguration cors, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && cors != null && cors.checkOrigin(origin) == null) {
      response.addHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
      if (CorsUtils.isPreFlightRequest(request)) {
        response.sendError(HttpServletResponse.SC_FORBIDDEN);
        return false;
      }
      return true;
    }
    return super.processRequest(cors, request, response);
  }
}
