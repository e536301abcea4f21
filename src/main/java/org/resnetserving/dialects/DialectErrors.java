package org.resnetserving.dialects;

import org.resnetserving.problem.FailureResponse;
import org.resnetserving.problem.ProblemDocuments;
import org.resnetserving.problem.ProblemException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;

/** Failures as these servers tell them, {@code {"error": …}}. */
@Order(Ordered.HIGHEST_PRECEDENCE)
@RestControllerAdvice(basePackageClasses = DialectErrors.class)
final class DialectErrors {
  /**
   * A failure.
   *
   * @param error what happened, and what to do
   */
  record Failure(String error) {}

  @ExceptionHandler
  ResponseEntity<Failure> failure(ProblemException e, WebRequest request) {
    return FailureResponse.begin(e, request)
        .contentType(MediaType.APPLICATION_JSON)
        .body(new Failure(String.valueOf(ProblemDocuments.of(e).getDetail())));
  }
}
