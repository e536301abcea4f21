package org.resnetserving.upload;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongFunction;
import org.apache.coyote.BadRequestException;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.connection.Connection;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * A body as it arrives: no more bytes than it may have, no longer than until its deadline, and not
 * slower than it must. A read waits no longer than one of these allows. What breaks off becomes a
 * problem here, whoever reads.
 */
final class Incoming extends InputStream {
  /** For so long a connection may be slow: it is being established, or its window opens. */
  static final Duration GRACE = Duration.ofSeconds(5);

  /** A read may give up a little before its time. */
  private static final Duration TICK = Duration.ofMillis(2);

  private static final double SECOND = 1e9;

  private final InputStream body;
  private final @Nullable Connection connection;
  private final Deadline deadline;
  private final Ticker ticker;
  private final long minRate;
  private final long most;
  private final boolean chunked;
  private final LongFunction<ProblemException> tooMany;
  private long count;

  /** Since the start: until when the read under way waits. */
  private Duration waitedUntil = Duration.ZERO;

  /**
   * @param connection that the body comes by, if its reads can be told how long to wait
   * @param minRate bytes a second that must come on average; 0 for any
   * @param most bytes that may come
   * @param chunked whether the body does not say how long it is
   * @param tooMany the refusal of more than so many
   */
  Incoming(
      InputStream body,
      @Nullable Connection connection,
      Deadline deadline,
      Ticker ticker,
      long minRate,
      long most,
      boolean chunked,
      LongFunction<ProblemException> tooMany) {
    this.body = body;
    this.connection = connection;
    this.deadline = deadline;
    this.ticker = ticker;
    this.minRate = minRate;
    this.most = most;
    this.chunked = chunked;
    this.tooMany = tooMany;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Never fails with an {@link IOException}: what would is a {@link ProblemException}. */
  @Override
  public int read(byte[] bytes, int from, int length) {
    Duration wait = patience();
    if (connection != null) {
      connection.waitAtMost(wait);
    }
    try {
      int read = body.read(bytes, from, length);
      count += Math.max(read, 0);
      if (count > most) {
        throw tooMany.apply(most);
      }
      return read;
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** How long the next bytes are waited for. */
  private Duration patience() {
    Duration left = deadline.remaining(ticker);
    if (left.isZero()) {
      // Where nothing was waited for, it is not the upload that was slow.
      throw count == 0 ? never() : late();
    }
    if (minRate == 0) {
      waitedUntil = deadline.allowed();
      return left;
    }
    // So many bytes are enough for so long.
    Duration enough = Duration.ofNanos((long) ((double) count / minRate * SECOND));
    Duration until = enough.compareTo(GRACE) > 0 ? enough : GRACE;
    Duration slack = until.minus(deadline.elapsed(ticker));
    if (slack.isZero() || slack.isNegative()) {
      throw slow();
    }
    waitedUntil = slack.compareTo(left) < 0 ? until : deadline.allowed();
    return slack.compareTo(left) < 0 ? slack : left;
  }

  private ProblemException broken(IOException e) {
    if (deadline.elapsed(ticker).plus(TICK).compareTo(waitedUntil) >= 0) {
      // Whatever it is called: Tomcat says of a chunk that did not come that it was a bad one.
      return waitedUntil.compareTo(deadline.allowed()) >= 0 ? late() : slow();
    }
    boolean bad = false;
    for (Throwable t = e; t != null && !(t instanceof EOFException); t = t.getCause()) {
      bad |= t instanceof BadRequestException;
    }
    return bad && chunked
        ? new ProblemException(
            ProblemType.REQUEST_MALFORMED, "The body is not in the chunks that it should be in.", e)
        : new ProblemException(
            ProblemType.IMAGE_TRUNCATED, "The upload broke off before its end.", e);
  }

  private ProblemException late() {
    return new ProblemException(
        ProblemType.UPLOAD_TIMEOUT,
        "After %s, %,d bytes of the upload had arrived. The header %s allows more time."
            .formatted(deadline.allowed(), count, RequestTimeout.HEADER));
  }

  private ProblemException never() {
    return new ProblemException(
        ProblemType.DEADLINE_EXCEEDED,
        "The deadline of %s passed before the upload was read.".formatted(deadline.allowed()));
  }

  private ProblemException slow() {
    return new ProblemException(
        ProblemType.UPLOAD_TIMEOUT,
        "After %.1f s, %,d bytes of the upload had arrived; at least %,d must come in a second."
            .formatted(deadline.elapsed(ticker).toNanos() / SECOND, count, minRate));
  }
}
