package org.resnetserving.problem;

import java.util.Map;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;

/** The one place where failures become problem documents (RFC 9457). */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<Object> problem(ProblemException e, WebRequest request) {
    return told(FailureResponse.begin(e, request), ProblemDocuments.of(e), request);
  }

  /** Tomcat reads a query, or a form's fields, when somebody first asks for a parameter. */
  @ExceptionHandler
  ResponseEntity<Object> parameters(InvalidParameterException e, WebRequest request) {
    ProblemException problem =
        new ProblemException(
            ProblemType.PARAMETER_INVALID, "The query cannot be read: " + e.getMessage(), e);
    return told(
        FailureResponse.begin(problem, ProblemDocuments.status(problem.type())),
        ProblemDocuments.of(problem),
        request);
  }

  @ExceptionHandler
  @Nullable ResponseEntity<Object> unexpected(Exception e, WebRequest request) {
    if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
      log.debug("The client left before it was answered: {}", e.toString());
      return null;
    }
    log.error("Unexpected failure", e);
    HttpStatus status = HttpStatus.INTERNAL_SERVER_ERROR;
    return told(
        ResponseEntity.status(status),
        ProblemDocuments.document(
            status, ProblemType.INTERNAL_ERROR, "The service failed; its log says why.", Map.of()),
        request);
  }

  private static ResponseEntity<Object> told(
      ResponseEntity.BodyBuilder answer, ProblemDetail document, WebRequest request) {
    return speaksError(request)
        ? answer.contentType(MediaType.APPLICATION_JSON).body(ErrorMember.of(document))
        : answer.contentType(MediaType.APPLICATION_PROBLEM_JSON).body(document);
  }

  private static boolean speaksError(WebRequest request) {
    return request instanceof ServletWebRequest servlet
        && ErrorMember.speaksAt(servlet.getRequest().getRequestURI());
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
    boolean error = speaksError(request);
    typed.setContentType(error ? MediaType.APPLICATION_JSON : MediaType.APPLICATION_PROBLEM_JSON);
    ProblemType type = ProblemDocuments.type(status.value());
    String detail = e instanceof ErrorResponse said ? said.getBody().getDetail() : null;
    ProblemDetail document =
        ProblemDocuments.document(
            status, type, detail == null ? type.title() : detail(type, detail, request), Map.of());
    return super.handleExceptionInternal(
        e, error ? ErrorMember.of(document) : document, typed, status, request);
  }

  private static String detail(ProblemType type, String said, WebRequest request) {
    if (type == ProblemType.PATH_UNKNOWN && request instanceof ServletWebRequest servlet) {
      String path = servlet.getRequest().getRequestURI();
      String advice =
          path.length() > 1 && path.endsWith("/")
              ? " Paths here do not end with a slash: try '%s'."
                  .formatted(ProblemException.shortened(path.substring(0, path.length() - 1)))
              : " GET /v3/api-docs says which there are.";
      return "There is nothing at '%s'.%s".formatted(ProblemException.shortened(path), advice);
    }
    return said;
  }
}
