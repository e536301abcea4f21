package org.resnetserving.access;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * What a key is asked for: all that is not named here. Open are probes, the page without what it
 * shows, and what helps to send a right request; on the port of management, whatever only reads.
 */
final class OpenPaths implements RequestMatcher {
  private static final List<String> OPEN =
      List.of(
          "/livez",
          "/readyz",
          "/ping",
          "/v2/health/live",
          "/v2/health/ready",
          "/",
          "/page/**",
          "/problems",
          "/problems/*",
          "/v3/api-docs",
          "/v3/api-docs.yaml",
          "/v3/api-docs/*",
          "/swagger-ui.html",
          "/swagger-ui/**",
          "/actuator/health/**");

  private final ServletContext main;
  private final List<PathPatternRequestMatcher> open;

  /**
   * @param main the service's own context, not that of its management
   */
  OpenPaths(ServletContext main) {
    this.main = main;
    this.open =
        OPEN.stream()
            .flatMap(
                path ->
                    Stream.of(HttpMethod.GET, HttpMethod.HEAD)
                        .map(method -> PathPatternRequestMatcher.pathPattern(method, path)))
            .toList();
  }

  @Override
  public boolean matches(HttpServletRequest request) {
    if (request.getServletContext() != main) {
      return HttpMethod.GET.matches(request.getMethod())
          || HttpMethod.HEAD.matches(request.getMethod());
    }
    return open.stream().anyMatch(path -> path.matches(request));
  }
}
