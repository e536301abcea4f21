package org.resnetserving.problem;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.WebRequest;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the problem documents of failures that no controller sees: what Tomcat refuses before the
 * service, and what goes wrong in a filter. In place of Tomcat's HTML. At other servers' addresses,
 * in their words: {@link ErrorMember}.
 */
public final class ProblemValve extends ErrorReportValve {
  private static final Logger log = LoggerFactory.getLogger(ProblemValve.class);
  private static final JsonMapper JSON = new JsonMapper();

  /** What the answer's header calls the request, where it came so far. */
  private static final String REQUEST_ID = "X-Request-Id";

  /** The request's attribute for a problem that was told to nobody yet. */
  private static final String PROBLEM = ProblemValve.class.getName() + ".problem";

  /** Has the valve tell of it, in case that nobody else may: so it is where reading failed. */
  public static void tell(ProblemException e, WebRequest request) {
    request.setAttribute(PROBLEM, e, RequestAttributes.SCOPE_REQUEST);
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    ProblemDetail document =
        request.getAttribute(PROBLEM) instanceof ProblemException problem
            ? document(problem, response)
            : document(response, failure);
    boolean error = ErrorMember.speaksAt(request.getRequestURI());
    try {
      String page =
          request.getContext() == null
              ? null
              : ProblemPages.path(request.getServletContext(), document.getType());
      byte[] json =
          JSON.writeValueAsBytes(
              error
                  ? ErrorMember.of(document)
                  : members(document, page, response.getHeader(REQUEST_ID)));
      response.setStatus(document.getStatus());
      response.setContentType(
          error ? MediaType.APPLICATION_JSON_VALUE : MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      response.setContentLength(json.length);
      response.getOutputStream().write(json);
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      // The client left, or somebody answers already.
      response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, null);
    }
  }

  private static ProblemDetail document(ProblemException problem, Response response) {
    if (problem.properties().get(ProblemException.RETRY_AFTER_SECONDS) instanceof Number seconds) {
      response.setHeader(HttpHeaders.RETRY_AFTER, seconds.toString());
    }
    return ProblemDocuments.document(
        ProblemDocuments.status(problem.type()),
        problem.type(),
        String.valueOf(problem.getMessage()),
        problem.properties());
  }

  private static ProblemDetail document(Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    ProblemType type = ProblemDocuments.type(status);
    if (type == ProblemType.INTERNAL_ERROR) {
      log.error("Unexpected failure", failure);
    }
    return ProblemDocuments.document(
        HttpStatusCode.valueOf(status), type, detail(type, response, failure), Map.of());
  }

  private static Map<String, Object> members(
      ProblemDetail document, @Nullable String page, @Nullable String requestId) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("type", document.getType());
    members.put("title", document.getTitle());
    members.put("status", document.getStatus());
    members.put("detail", document.getDetail());
    if (document.getProperties() != null) {
      members.putAll(document.getProperties());
    }
    if (page != null) {
      members.put(ProblemPages.MEMBER, page);
    }
    if (requestId != null) {
      members.put("request_id", requestId);
    }
    return members;
  }

  private static String detail(ProblemType type, Response response, @Nullable Throwable failure) {
    return switch (type) {
      case INTERNAL_ERROR -> "The service failed; its log says why.";
      case SHUTTING_DOWN -> "The service is stopping, or not started yet.";
      case EXPECTATION_UNSUPPORTED -> "Of the header Expect, only '100-continue' is understood.";
      case PATH_UNKNOWN -> "There is nothing at this path.";
      case ORIGIN_NOT_ALLOWED ->
          "Pages of this origin may not ask; resnet.cors.allowed-origins has those that may.";
      case API_KEY_MISSING -> "This service asks for an API key that is known to it.";
      default -> said(response, failure);
    };
  }

  /** What Tomcat says of it, which names the part of the request that it did not like. */
  private static String said(Response response, @Nullable Throwable failure) {
    String message = response.getMessage();
    if (message == null || message.isBlank()) {
      message = failure == null ? null : failure.getMessage();
    }
    return message == null || message.isBlank()
        ? "The request is not HTTP/1.1 as RFC 9112 has it: see its target, Host and other headers."
        : message;
  }
}
