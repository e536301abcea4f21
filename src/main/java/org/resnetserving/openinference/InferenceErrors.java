package org.resnetserving.openinference;

import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.problem.ProblemValve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;

/**
 * Failures in the protocol's words, {@code {"error": …}}, with Triton's statuses. The content type
 * is {@code application/json} and nothing more: KServe's client reads no other.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
@RestControllerAdvice(basePackageClasses = InferenceErrors.class)
final class InferenceErrors {
  private static final Logger log = LoggerFactory.getLogger(InferenceErrors.class);

  /**
   * A failure.
   *
   * @param error what happened, and what to do
   */
  record Failure(String error) {}

  @ExceptionHandler
  ResponseEntity<Failure> failure(ProblemException e, WebRequest request) {
    HttpStatus status = status(e.type());
    if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
      log.error("{}: {}", e.type().slug(), e.getMessage(), e);
    } else {
      log.debug("{} {}: {}", status.value(), e.type().slug(), e.getMessage());
    }
    ProblemValve.tell(e, request);
    ResponseEntity.BodyBuilder response =
        ResponseEntity.status(status).contentType(MediaType.APPLICATION_JSON);
    e.retryAfter()
        .ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds.toString()));
    return response.body(new Failure(String.valueOf(e.getMessage())));
  }

  /** Triton's: what it calls UNAVAILABLE covers a full queue and a deadline that passed. */
  static HttpStatus status(ProblemType type) {
    return switch (type) {
      case PATH_UNKNOWN, MODEL_UNKNOWN -> HttpStatus.NOT_FOUND;
      case OVERLOADED, DEADLINE_EXCEEDED, MODEL_NOT_READY, SHUTTING_DOWN ->
          HttpStatus.SERVICE_UNAVAILABLE;
      case INFERENCE_FAILED, INTERNAL_ERROR -> HttpStatus.INTERNAL_SERVER_ERROR;
      default -> HttpStatus.BAD_REQUEST;
    };
  }
}
