package org.resnetserving.problem;

import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/** Makes problem documents (RFC 9457): the one table of types and statuses. */
public final class ProblemDocuments {
  private ProblemDocuments() {}

  /** The status that goes with a type. */
  static HttpStatus status(ProblemType type) {
    return switch (type) {
      case REQUEST_MALFORMED,
          FORM_MALFORMED,
          JSON_MALFORMED,
          IMAGE_MISSING,
          TENSOR_INVALID,
          PARAMETER_INVALID ->
          HttpStatus.BAD_REQUEST;
      case API_KEY_MISSING, API_KEY_UNKNOWN -> HttpStatus.UNAUTHORIZED;
      case ORIGIN_NOT_ALLOWED -> HttpStatus.FORBIDDEN;
      case PATH_UNKNOWN, MODEL_UNKNOWN -> HttpStatus.NOT_FOUND;
      case METHOD_NOT_ALLOWED -> HttpStatus.METHOD_NOT_ALLOWED;
      case NOT_ACCEPTABLE -> HttpStatus.NOT_ACCEPTABLE;
      case EXPECTATION_UNSUPPORTED -> HttpStatus.EXPECTATION_FAILED;
      // Tomcat closes the connection after it, and does not wait for the rest.
      case UPLOAD_TIMEOUT -> HttpStatus.REQUEST_TIMEOUT;
      case PRECONDITION_FAILED -> HttpStatus.PRECONDITION_FAILED;
      case REQUEST_TOO_LARGE,
          FORM_TOO_LARGE,
          IMAGE_TOO_LARGE,
          IMAGE_TOO_MANY_PIXELS,
          IMAGE_TOO_COMPLEX ->
          HttpStatus.CONTENT_TOO_LARGE;
      case IMAGE_ZERO_SIZED, IMAGE_TRUNCATED, IMAGE_CORRUPT, URL_NOT_ALLOWED, ANSWER_UNAVAILABLE ->
          HttpStatus.UNPROCESSABLE_CONTENT;
      // No 5xx: who watches the service for those would be called for what clients ask for.
      case URL_FETCH_FAILED -> HttpStatus.FAILED_DEPENDENCY;
      case CONTENT_TYPE_UNSUPPORTED, ENCODING_UNSUPPORTED, IMAGE_UNSUPPORTED ->
          HttpStatus.UNSUPPORTED_MEDIA_TYPE;
      case OVERLOADED -> HttpStatus.TOO_MANY_REQUESTS;
      case MODEL_NOT_READY, SHUTTING_DOWN -> HttpStatus.SERVICE_UNAVAILABLE;
      case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
      case INFERENCE_FAILED, INTERNAL_ERROR -> HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }

  /** The type that goes with a status that the web server or the framework gave. */
  static ProblemType type(int status) {
    return switch (status) {
      case 401 -> ProblemType.API_KEY_MISSING;
      case 403 -> ProblemType.ORIGIN_NOT_ALLOWED;
      case 404 -> ProblemType.PATH_UNKNOWN;
      case 405, 501 -> ProblemType.METHOD_NOT_ALLOWED;
      case 406 -> ProblemType.NOT_ACCEPTABLE;
      case 408 -> ProblemType.UPLOAD_TIMEOUT;
      case 412 -> ProblemType.PRECONDITION_FAILED;
      case 413 -> ProblemType.REQUEST_TOO_LARGE;
      case 415 -> ProblemType.CONTENT_TYPE_UNSUPPORTED;
      case 417 -> ProblemType.EXPECTATION_UNSUPPORTED;
      case 503 -> ProblemType.SHUTTING_DOWN;
      default ->
          status < 500 || status == 505
              ? ProblemType.REQUEST_MALFORMED
              : ProblemType.INTERNAL_ERROR;
    };
  }

  /** The document that tells of a failure. */
  public static ProblemDetail of(ProblemException e) {
    return document(status(e.type()), e.type(), String.valueOf(e.getMessage()), e.properties());
  }

  /** A document of that type; what a client sent is told without its control characters. */
  static ProblemDetail document(
      HttpStatusCode status, ProblemType type, String detail, Map<String, Object> properties) {
    ProblemDetail document =
        ProblemDetail.forStatusAndDetail(status, ProblemException.printable(detail));
    document.setType(type.uri());
    document.setTitle(type.title());
    properties.forEach(document::setProperty);
    return document;
  }
}
