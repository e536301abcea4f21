package org.resnetserving.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Terms;
import org.resnetserving.connection.ThreadsValve;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.springframework.http.HttpHeaders;

/**
 * A request that brings pictures, of which no byte was read yet: the parameter of a controller's
 * method. The one way to its pictures is to read them on somebody's terms.
 */
public final class UploadRequest {
  private final HttpServletRequest request;
  private final UploadReader reader;
  private final long came;

  UploadRequest(HttpServletRequest request, UploadReader reader) {
    this.request = request;
    this.reader = reader;
    this.came = reader.ticker().nanos();
  }

  /**
   * The parameters of the query, which are known before the body is read. Spring's own ({@code
   * params} of a mapping, {@code @RequestParam}) take a body for a form where curl says that it is
   * one, and eat it.
   *
   * @throws ProblemException (PARAMETER_INVALID) if they cannot be read
   */
  public Map<String, List<String>> query() {
    return QueryParameters.parse(request.getQueryString());
  }

  /**
   * The pictures: of a form, of JSON in our shape, or of a body that says that it may be a picture.
   *
   * @throws ProblemException (OVERLOADED, PARAMETER_INVALID, PRECONDITION_FAILED, what the terms
   *     refuse by, and what {@link UploadReader#read} throws)
   */
  public Upload read(Terms terms) throws IOException {
    return read(terms, JsonShape.IMAGES, OtherType.REFUSED);
  }

  /** As {@link #read(Terms)}; a body of any other content type is taken to be a picture. */
  public Upload readOfAnyType(Terms terms) throws IOException {
    return readOfAnyType(terms, JsonShape.IMAGES);
  }

  /** As {@link #readOfAnyType(Terms)}; JSON is in that shape. */
  public Upload readOfAnyType(Terms terms, JsonShape shape) throws IOException {
    return read(terms, shape, OtherType.PICTURE);
  }

  /** As {@link #read(Terms)}; JSON is in that shape, and so is a body of any other content type. */
  public Upload read(Terms terms, JsonShape shape) throws IOException {
    return read(terms, shape, OtherType.JSON);
  }

  /**
   * As {@link #read(Terms, JsonShape)}, where the body itself says on which terms it is answered,
   * as by the name of a model.
   *
   * @param first the terms on which it is read
   * @param chosen the terms that its parameters lead to; what they allow counts since the request
   *     came, and what it throws is thrown
   */
  public Upload read(
      Terms first, JsonShape shape, Function<Map<String, List<String>>, ? extends Terms> chosen)
      throws IOException {
    Upload upload = read(first, shape);
    boolean taken = false;
    try {
      Terms terms = chosen.apply(upload.parameters());
      Deadline deadline = deadline(terms);
      terms.requireReady();
      taken = true;
      return upload.until(deadline);
    } finally {
      if (!taken) {
        upload.close();
      }
    }
  }

  /**
   * The body as it was sent, whatever its content type: for protocols that say by themselves what
   * is in it. It may have as many bytes as JSON.
   *
   * @throws ProblemException (OVERLOADED, PARAMETER_INVALID, what the terms refuse by, and what
   *     {@link UploadReader#readBody} throws)
   */
  public UploadedBody readBody(Terms terms) throws IOException {
    return reader.readBody(request, admitted(terms));
  }

  private Upload read(Terms terms, JsonShape shape, OtherType other) throws IOException {
    return reader.read(request, shape, other, admitted(terms));
  }

  /** Until when it is read and answered. */
  private Deadline admitted(Terms terms) {
    ThreadsValve.requireThread(request);
    Deadline deadline = deadline(terms);
    terms.requireReady();
    requireNoCondition();
    return deadline;
  }

  /**
   * Answers to pictures have no tags that could be compared; and who sends one hopes for 304, which
   * only GET and HEAD may be told (RFC 9110, 13.1.2).
   */
  private void requireNoCondition() {
    if (request.getHeader(HttpHeaders.IF_NONE_MATCH) != null) {
      throw new ProblemException(
          ProblemType.PRECONDITION_FAILED,
          "If-None-Match cannot be met by a %s of pictures: its answers have no ETag, and 304 is for GET alone. Leave it out."
              .formatted(request.getMethod()));
    }
  }

  /** Since the request came, for as long as it asks for and may. */
  private Deadline deadline(Terms terms) {
    Duration allowed =
        RequestTimeout.parse(
            request.getHeader(RequestTimeout.HEADER), terms.deadline(), terms.maxDeadline());
    return new Deadline(came, came + allowed.toNanos());
  }
}
