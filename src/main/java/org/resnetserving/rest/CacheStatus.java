package org.resnetserving.rest;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.dataplane.AnswerListener;
import org.resnetserving.serving.Lookup;
import org.resnetserving.serving.Outcome;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Says in the header {@code Cache-Status} (RFC 9211) of every face's answers whether their pictures
 * were answered before; nothing where no answers are kept.
 */
@ControllerAdvice
final class CacheStatus implements AnswerListener, ResponseBodyAdvice<Object> {
  static final String HEADER = "Cache-Status";

  private static final String CACHE = "resnet-serving";

  @Override
  public void onOutcomes(List<Outcome> outcomes) {
    RequestAttributes request = RequestContextHolder.getRequestAttributes();
    if (request != null) { // else it is not asked over HTTP
      of(outcomes)
          .ifPresent(
              status -> request.setAttribute(HEADER, status, RequestAttributes.SCOPE_REQUEST));
    }
  }

  /** The header's value for a request's pictures; empty where nothing was looked for. */
  static Optional<String> of(List<Outcome> outcomes) {
    List<Lookup> lookups = outcomes.stream().map(Outcome::lookup).toList();
    String status =
        switch (Lookup.together(lookups)) {
          case NONE -> null;
          case HIT -> "; hit";
          case SHARED -> "; fwd=miss; collapsed";
          case MISS ->
              outcomes.stream().anyMatch(CacheStatus::isStored)
                  ? "; fwd=miss; stored"
                  : "; fwd=miss";
        };
    return Optional.ofNullable(status).map(parameters -> CACHE + parameters + detail(lookups));
  }

  private static boolean isStored(Outcome outcome) {
    return outcome.lookup() == Lookup.MISS && outcome.problem().isEmpty();
  }

  /** Of several pictures, how many came to what. */
  private static String detail(List<Lookup> lookups) {
    if (lookups.size() == 1) {
      return "";
    }
    return Arrays.stream(Lookup.values())
        .filter(lookups::contains)
        .map(
            lookup ->
                "%d %s".formatted(lookups.stream().filter(lookup::equals).count(), lookup.label()))
        .collect(Collectors.joining(", ", "; detail=\"", "\""));
  }

  @Override
  public boolean supports(
      MethodParameter method, Class<? extends HttpMessageConverter<?>> converter) {
    return true;
  }

  @Override
  public @Nullable Object beforeBodyWrite(
      @Nullable Object body,
      MethodParameter method,
      MediaType type,
      Class<? extends HttpMessageConverter<?>> converter,
      ServerHttpRequest request,
      ServerHttpResponse response) {
    RequestAttributes attributes = RequestContextHolder.getRequestAttributes();
    if (attributes != null
        && attributes.getAttribute(HEADER, RequestAttributes.SCOPE_REQUEST)
            instanceof String status) {
      response.getHeaders().set(HEADER, status);
    }
    return body;
  }
}
