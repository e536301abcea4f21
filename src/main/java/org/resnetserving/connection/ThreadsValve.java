package org.resnetserving.connection;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;

/**
 * Bounds how many of the server's threads requests with a body hold, whatever their method and
 * path, so that no number of slow uploads takes the thread that a probe is answered on. A thread is
 * held until the rest of a refused upload is read, which its sender does not answer for; so that
 * has a bound too.
 */
public final class ThreadsValve extends ValveBase {
  /** One thread in so many is kept for probes and refusals. */
  private static final int SHARE_KEPT = 10;

  /** How long the rest of a refused upload is waited for, so that its connection can be kept. */
  private static final Duration REST = Duration.ofSeconds(2);

  private static final String REFUSAL = ThreadsValve.class.getName() + ".refusal";

  private final Permits threads;
  private final Ticker ticker;

  /**
   * @param threads that the server has
   */
  ThreadsValve(int threads, Ticker ticker) {
    super(true);
    this.threads = new Permits("requests at once", Math.max(1, threads - threads / SHARE_KEPT));
    this.ticker = ticker;
  }

  /**
   * Nothing, unless the request came when too many were there.
   *
   * @throws ProblemException (OVERLOADED)
   */
  public static void requireThread(HttpServletRequest request) {
    if (request.getAttribute(REFUSAL) instanceof ProblemException refusal) {
      throw refusal;
    }
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    if (!hasBody(request.getCoyoteRequest())) {
      getNext().invoke(request, response);
      return;
    }
    try (Permit permit = threads.acquire(1)) {
      getNext().invoke(request, response);
      if (!request.getCoyoteRequest().isFinished()) {
        // Whoever answered did not want it, or not all of it.
        response.finishResponse();
        readRest(request, response);
      }
    } catch (ProblemException e) {
      // Only acquire throws it: what the service throws has become an answer.
      request.setAttribute(REFUSAL, e);
      // Its rest is left and the connection ends: a client that keeps it must not ask there again.
      response.setHeader("Connection", "close");
      getNext().invoke(request, response);
      response.finishResponse();
      leaveRest(response);
    }
  }

  private static boolean hasBody(org.apache.coyote.Request request) {
    // As sent: Tomcat's own getter fails where there are two that differ.
    String length = request.getMimeHeaders().getHeader("Content-Length");
    return (length != null && !length.equals("0"))
        || request.getMimeHeaders().getHeader("Transfer-Encoding") != null;
  }

  private void readRest(Request request, Response response) {
    org.apache.coyote.Request body = request.getCoyoteRequest();
    Optional<Connection> connection = Connection.of(request);
    if (body.hasExpectation() || connection.isEmpty()) {
      // It was not told to go on, and waits for the answer before it sends anything.
      leaveRest(response);
      return;
    }
    Deadline deadline = Deadline.after(REST, ticker);
    Rest rest = new Rest();
    try {
      do {
        Duration left = deadline.remaining(ticker);
        if (left.isZero()) {
          leaveRest(response);
          return;
        }
        connection.get().waitAtMost(left);
      } while (body.doRead(rest) >= 0);
    } catch (IOException e) {
      leaveRest(response);
    }
  }

  /** The connection is closed, by a {@link LingeringClose}. */
  private static void leaveRest(Response response) {
    response.getCoyoteResponse().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
  }

  /** Takes bytes that nobody wants. */
  private static final class Rest implements ApplicationBufferHandler {
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    @Override
    public void setByteBuffer(ByteBuffer read) {
      bytes = read;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return bytes;
    }

    @Override
    public void expand(int size) {
      // What is read is not kept.
    }
  }
}
