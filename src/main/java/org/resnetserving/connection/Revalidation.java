package org.resnetserving.connection;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * Has clients keep descriptions and ask whether they still hold: an {@code ETag} of the bytes, and
 * 304 for who has them already. What changes from one moment to the next has none, and pictures are
 * sent by POST, whose answers have none (RFC 9110, 13.1.2).
 */
@Component
final class Revalidation extends ShallowEtagHeaderFilter {
  private static final Set<String> METHODS = Set.of("GET", "HEAD");

  private static final Pattern DESCRIPTIONS =
      Pattern.compile("/(?:v1/models|v2|v2/models|models|problems|v3/api-docs)(?:/.*)?");

  private static final Pattern MOMENTARY = Pattern.compile("/v2/(?:health/.*|.*/(?:ready|stats))");

  /** Weak, since the same answer may be sent compressed. */
  Revalidation() {
    setWriteWeakETag(true);
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !METHODS.contains(request.getMethod()) || !isDescription(request.getServletPath());
  }

  static boolean isDescription(String path) {
    return DESCRIPTIONS.matcher(path).matches() && !MOMENTARY.matcher(path).matches();
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    response.setHeader(HttpHeaders.CACHE_CONTROL, CacheControl.noCache().getHeaderValue());
    super.doFilterInternal(request, response, chain);
  }

  @Override
  protected boolean isEligibleForEtag(
      HttpServletRequest request, HttpServletResponse response, int status, InputStream content) {
    return !response.isCommitted() && status == HttpServletResponse.SC_OK;
  }
}
