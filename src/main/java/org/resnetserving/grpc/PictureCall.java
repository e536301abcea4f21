package org.resnetserving.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.observation.Observation;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Terms;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * One call of {@link PictureCalls}.
 *
 * @param <R> the answer's type
 */
/* Concurrency: gRPC tells of the call on one thread at a time; the answer is made on a thread of
 * its own, and refusals come from the connection's thread and the timer's. Whoever closes the call
 * first has closed it; what they share is under this object's lock. */
final class PictureCall<R> extends ServerCall.Listener<InputStream> {
  private final PictureCalls calls;
  private final ServerCall<InputStream, R> call;
  private final Terms terms;
  private final CallWork<R> work;
  private final Arrival arrival = Arrival.current();
  private final long came;
  private final @Nullable Duration asked;

  private @Nullable Permit permit;
  private @Nullable ScheduledFuture<?> late;
  private @Nullable CallMessage message;
  private @Nullable Thread thread;
  private boolean closed;
  private boolean cancelled;

  PictureCall(PictureCalls calls, ServerCall<InputStream, R> call, Terms terms, CallWork<R> work) {
    this.calls = calls;
    this.call = call;
    this.terms = terms;
    this.work = work;
    this.came = calls.ticker().nanos();
    io.grpc.Deadline deadline = Context.current().getDeadline();
    this.asked =
        deadline == null
            ? null
            : Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS)));
  }

  /** Admits the call, and asks for its message. */
  synchronized void begin(Metadata headers) {
    try {
      calls.admit(call, headers);
      permit = calls.calls().acquire(1);
    } catch (ProblemException e) {
      close(e);
      return;
    }
    Duration allowed = CallMessage.deadline(terms, came, asked).allowed();
    late =
        calls
            .timer()
            .schedule(() -> close(tooLate(allowed)), allowed.toNanos(), TimeUnit.NANOSECONDS);
    // From the connection's thread, which must not wait.
    arrival.allow(calls.most(), refusal -> calls.timer().execute(() -> close(refusal)));
    // The second, which there should not be, is told of.
    call.request(2);
  }

  private static ProblemException tooLate(Duration allowed) {
    return new ProblemException(
        ProblemType.UPLOAD_TIMEOUT,
        "The call's message had not arrived after %s.".formatted(allowed));
  }

  @Override
  public void onMessage(InputStream stream) {
    try {
      if (message != null) {
        throw new ProblemException(
            ProblemType.REQUEST_MALFORMED, "The call has more than one message.");
      }
      byte[] bytes = new MessageBytes(calls.most(), arrival).read(stream);
      message = new CallMessage(bytes, arrival, came, asked, this::isCancelled);
    } catch (ProblemException e) {
      close(e);
    } catch (StatusRuntimeException e) {
      // gRPC's own bound on what it inflates.
      close(PictureCalls.tooLarge(calls.most()));
    } catch (IOException e) {
      close(
          new ProblemException(
              ProblemType.REQUEST_MALFORMED, "The message cannot be inflated.", e));
    }
  }

  @Override
  public synchronized void onHalfClose() {
    CallMessage whole = message;
    if (closed || cancelled) {
      return;
    }
    if (whole == null) {
      close(new ProblemException(ProblemType.REQUEST_MALFORMED, "The call has no message."));
      return;
    }
    stopTimer();
    arrival.taken();
    arrival.hold();
    Observation observation = calls.observations().getCurrentObservation();
    calls.threads().execute(() -> run(whole, observation));
  }

  private void run(CallMessage whole, @Nullable Observation observation) {
    synchronized (this) {
      thread = Thread.currentThread();
    }
    try (Observation.Scope scope =
        observation == null ? Observation.Scope.NOOP : observation.openScope()) {
      if (!isCancelled()) {
        answer(work.answer(whole));
      }
    } catch (IOException | RuntimeException e) {
      close(e);
    } finally {
      synchronized (this) {
        thread = null;
        Thread.interrupted(); // It was meant for the call that has just ended.
        release();
      }
      arrival.letGo();
    }
  }

  private synchronized void answer(R answer) {
    if (!closed && !cancelled) {
      closed = true;
      call.sendHeaders(new Metadata());
      call.sendMessage(answer);
      call.close(Status.OK, new Metadata());
    }
  }

  private synchronized boolean isCancelled() {
    return cancelled;
  }

  private synchronized void close(Throwable failure) {
    stopTimer();
    if (!closed && !cancelled) {
      closed = true;
      Statuses.close(call, failure);
    }
    if (thread == null) {
      release();
    }
  }

  @Override
  public synchronized void onCancel() {
    cancelled = true;
    stopTimer();
    if (thread == null) {
      release();
    } else {
      // Gives the picture's place in the queue to another.
      thread.interrupt();
    }
  }

  private void stopTimer() {
    if (late != null) {
      late.cancel(false);
    }
  }

  private void release() {
    if (permit != null) {
      permit.close();
    }
  }
}
