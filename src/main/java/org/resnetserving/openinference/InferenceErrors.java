package org.resnetserving.openinference;

import org.resnetserving.problem.FailureResponse;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
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
  /**
   * A failure.
   *
   * @param error what happened, and what to do
   */
  record Failure(String error) {}

  @ExceptionHandler
  ResponseEntity<Failure> failure(ProblemException e, WebRequest request) {
    return FailureResponse.begin(e, status(e.type()), request)
        .contentType(MediaType.APPLICATION_JSON)
        .body(new Failure(String.valueOf(e.getMessage())));
  }

  /** Triton's: what it calls UNAVAILABLE covers a full queue and a deadline that passed. */
  static HttpStatus status(ProblemType type) {
    return switch (type) {
      case API_KEY_MISSING, API_KEY_UNKNOWN -> HttpStatus.UNAUTHORIZED;
      case PATH_UNKNOWN, MODEL_UNKNOWN -> HttpStatus.NOT_FOUND;
      case PRECONDITION_FAILED -> HttpStatus.PRECONDITION_FAILED;
      case OVERLOADED, DEADLINE_EXCEEDED, MODEL_NOT_READY, SHUTTING_DOWN ->
          HttpStatus.SERVICE_UNAVAILABLE;
      case INFERENCE_FAILED, INTERNAL_ERROR -> HttpStatus.INTERNAL_SERVER_ERROR;
      default -> HttpStatus.BAD_REQUEST;
    };
  }
}
