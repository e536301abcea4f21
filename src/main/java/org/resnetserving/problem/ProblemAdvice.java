package org.resnetserving.problem;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;

/** The one place where failures become problem documents (RFC 9457). */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  /** The one table of statuses. */
  static HttpStatus status(ProblemType type) {
    return switch (type) {
      case IMAGE_MISSING, PARAMETER_INVALID -> HttpStatus.BAD_REQUEST;
      // Tomcat closes the connection after it, and does not wait for the rest.
      case UPLOAD_TIMEOUT -> HttpStatus.REQUEST_TIMEOUT;
      case IMAGE_TOO_LARGE, IMAGE_TOO_MANY_PIXELS, IMAGE_TOO_COMPLEX ->
          HttpStatus.CONTENT_TOO_LARGE;
      case IMAGE_ZERO_SIZED, IMAGE_TRUNCATED, IMAGE_CORRUPT -> HttpStatus.UNPROCESSABLE_CONTENT;
      case IMAGE_UNSUPPORTED -> HttpStatus.UNSUPPORTED_MEDIA_TYPE;
      case MODEL_UNKNOWN -> HttpStatus.NOT_FOUND;
      case OVERLOADED -> HttpStatus.TOO_MANY_REQUESTS;
      case MODEL_NOT_READY, SHUTTING_DOWN -> HttpStatus.SERVICE_UNAVAILABLE;
      case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
      case INFERENCE_FAILED, INTERNAL_ERROR -> HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> problem(ProblemException e) {
    HttpStatus status = status(e.type());
    if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
      log.error("{}: {}", e.type().slug(), e.getMessage(), e);
    } else {
      log.debug("{} {}: {}", status.value(), e.type().slug(), e.getMessage());
    }
    return document(e.type(), String.valueOf(e.getMessage()), e.properties());
  }

  @ExceptionHandler
  @Nullable ResponseEntity<ProblemDetail> unexpected(Exception e) {
    if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
      log.debug("The client left before it was answered: {}", e.toString());
      return null;
    }
    log.error("Unexpected failure", e);
    return document(ProblemType.INTERNAL_ERROR, "The service failed; its log says why.", Map.of());
  }

  private static ResponseEntity<ProblemDetail> document(
      ProblemType type, String detail, Map<String, Object> properties) {
    HttpStatus status = status(type);
    ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
    body.setType(type.uri());
    body.setTitle(type.title());
    properties.forEach(body::setProperty);
    ResponseEntity.BodyBuilder response =
        ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON);
    if (properties.get(ProblemException.RETRY_AFTER_SECONDS) instanceof Number seconds) {
      response.header(HttpHeaders.RETRY_AFTER, seconds.toString());
    }
    return response.body(body);
  }

  /** What Spring MVC itself refuses (no such path, method, media type) is told in the same form. */
  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception e,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    if (status.is5xxServerError()) {
      log.error("Unexpected failure", e);
    } else {
      log.debug("{}: {}", status.value(), e.getMessage());
    }
    HttpHeaders typed = new HttpHeaders(headers);
    typed.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    return super.handleExceptionInternal(e, body, typed, status, request);
  }
}
