package org.resnetserving.upload;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Terms;
import org.resnetserving.connection.ThreadsValve;
import org.resnetserving.problem.ProblemException;

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
   * The pictures, of a form or of a body that says that it may be a picture.
   *
   * @throws ProblemException (OVERLOADED, PARAMETER_INVALID, what the terms refuse by, and what
   *     {@link UploadReader#read} throws)
   */
  public Upload read(Terms terms) throws IOException {
    return read(terms, false);
  }

  /** As {@link #read(Terms)}; a body of any content type is taken to be a picture. */
  public Upload readOfAnyType(Terms terms) throws IOException {
    return read(terms, true);
  }

  private Upload read(Terms terms, boolean anyType) throws IOException {
    ThreadsValve.requireThread(request);
    Duration allowed =
        RequestTimeout.parse(
            request.getHeader(RequestTimeout.HEADER), terms.deadline(), terms.maxDeadline());
    terms.requireReady();
    return reader.read(request, anyType, new Deadline(came, came + allowed.toNanos()));
  }
}
