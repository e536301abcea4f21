package org.resnetserving.problem;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.WebRequest;

/** How every answer to a failure begins, whatever words its face has for the rest. */
public final class FailureResponse {
  private static final Logger log = LoggerFactory.getLogger(FailureResponse.class);

  /** How a client may say who it is (RFC 6750). */
  private static final String CHALLENGE = "Bearer realm=\"resnet-serving\"";

  private FailureResponse() {}

  /**
   * Logs the failure, has the valve tell of it where nobody else may, and begins the answer with
   * its status and headers.
   */
  public static ResponseEntity.BodyBuilder begin(ProblemException e, WebRequest request) {
    return begin(e, ProblemDocuments.status(e.type()), request);
  }

  /** The same, where the face has a status of its own. */
  public static ResponseEntity.BodyBuilder begin(
      ProblemException e, HttpStatus status, WebRequest request) {
    // Where reading failed, Tomcat lets nobody answer but its valve.
    ProblemValve.tell(e, request);
    return begin(e, status);
  }

  static ResponseEntity.BodyBuilder begin(ProblemException e, HttpStatus status) {
    // A run that failed was logged by who ran it, once for all the requests that were in it.
    if (status == HttpStatus.INTERNAL_SERVER_ERROR && e.type() != ProblemType.INFERENCE_FAILED) {
      log.error("{}: {}", e.type().slug(), e.getMessage(), e);
    } else {
      log.debug("{} {}: {}", status.value(), e.type().slug(), e.getMessage());
    }
    ResponseEntity.BodyBuilder response = ResponseEntity.status(status);
    e.retryAfter()
        .ifPresent(seconds -> response.header(HttpHeaders.RETRY_AFTER, seconds.toString()));
    if (e.type() == ProblemType.API_KEY_MISSING) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
    }
    if (e.type() == ProblemType.API_KEY_UNKNOWN) {
      response.header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE + ", error=\"invalid_token\"");
    }
    if (e.type() == ProblemType.ENCODING_UNSUPPORTED) {
      response.header(HttpHeaders.ACCEPT_ENCODING, "gzip, deflate, identity");
    }
    return response;
  }
}
