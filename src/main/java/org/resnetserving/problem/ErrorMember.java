package org.resnetserving.problem;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/**
 * Failures in the words of other servers, {@code {"error": …}}, where their clients ask and nobody
 * answers them who knows their words: at an address below theirs that does not exist, or where the
 * web server refuses by itself. The content type is {@code application/json} and nothing more:
 * KServe's client reads no other.
 */
final class ErrorMember {
  private static final String MEMBER = "error";

  private ErrorMember() {}

  /** Whether the address is one of theirs; null where it could not be read. */
  static boolean speaksAt(@Nullable String path) {
    if (path == null) {
      return false;
    }
    boolean verb = path.endsWith(":predict") || path.endsWith(":explain");
    return path.equals("/v2")
        || path.startsWith("/v2/")
        || path.equals("/invocations")
        || (verb && path.startsWith("/v1/models/"));
  }

  /** What is told. */
  static Map<String, String> of(ProblemDetail document) {
    return Map.of(MEMBER, String.valueOf(document.getDetail()));
  }
}
