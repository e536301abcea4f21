package org.resnetserving.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;

/** Lets a request go on whose client is known, and has its lines in the log say who that is. */
final class ClientInLog implements AuthenticationSuccessHandler {
  /** The client's name in the log. */
  private static final String KEY = "client";

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain,
      Authentication client)
      throws IOException, ServletException {
    try (MDC.MDCCloseable open = MDC.putCloseable(KEY, client.getName())) {
      chain.doFilter(request, response);
    }
  }

  /** Nothing: it goes on. */
  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication client) {}
}
