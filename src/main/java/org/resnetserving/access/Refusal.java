package org.resnetserving.access;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Tells of a refusal as the address that was asked does of any other: in a problem document, or in
 * the words of the protocol that is spoken there.
 */
final class Refusal implements AuthenticationEntryPoint {
  private final HandlerMapping mapping;
  private final HandlerExceptionResolver resolver;
  private final ServletContext main;

  /**
   * @param mapping knows what is at an address
   * @param resolver knows its words
   * @param main the service's own context, not that of its management
   */
  Refusal(HandlerMapping mapping, HandlerExceptionResolver resolver, ServletContext main) {
    this.mapping = mapping;
    this.resolver = resolver;
    this.main = main;
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException refusal)
      throws IOException {
    ProblemException problem =
        refusal instanceof Unauthorized why
            ? why.problem()
            : new ProblemException(
                ProblemType.API_KEY_MISSING, String.valueOf(refusal.getMessage()), refusal);
    if (resolver.resolveException(request, response, handler(request), problem) == null
        && !response.isCommitted()) {
      // In no form that the client accepts: the web server's valve tells it in its own.
      response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
    }
  }

  private @Nullable Object handler(HttpServletRequest request) {
    if (request.getServletContext() != main) {
      return null;
    }
    try {
      ServletRequestPathUtils.parseAndCache(request);
      HandlerExecutionChain found = mapping.getHandler(request);
      return found == null ? null : found.getHandler();
    } catch (Exception e) {
      // There is nothing for that method, or of that type: the common form will do.
      return null;
    } finally {
      request.removeAttribute(HandlerMapping.PRODUCIBLE_MEDIA_TYPES_ATTRIBUTE);
      ServletRequestPathUtils.clearParsedRequestPath(request);
    }
  }
}
