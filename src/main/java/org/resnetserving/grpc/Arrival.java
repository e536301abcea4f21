package org.resnetserving.grpc;

import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Permits;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.upload.MemoryClaim;

/**
 * The memory of one call: claimed while its message arrives, before more of it is let in, and
 * afterwards for what is made of it.
 */
/* Concurrency: bytes arrive on the connection's thread, the rest happens on the call's; all of it
 * under this object's lock. */
final class Arrival extends ServerStreamTracer {
  static final Context.Key<Arrival> KEY = Context.key("arrival");

  /** Bytes of a message that brings no picture. */
  static final int SMALL = 16 * 1024;

  /** Bytes that a frame takes beside its payload: buffers are kept as they came. */
  static final int FRAME = 256;

  private final MemoryClaim claim;
  private long most = SMALL;

  private long arrived;
  private boolean over;
  private boolean held;
  private @Nullable ProblemException refusal;
  private @Nullable Consumer<ProblemException> refuse;

  /**
   * @param memory of all that is uploaded
   */
  Arrival(Permits memory) {
    this.claim = new MemoryClaim(memory);
  }

  /** The one of the call that is being handled. */
  static Arrival current() {
    Arrival arrival = KEY.get();
    if (arrival == null) {
      throw new IllegalStateException("a call that is not traced");
    }
    return arrival;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  /**
   * Lets a message come that brings pictures.
   *
   * @param bytes that it may have
   * @param refusing told, once, that there is no room for what arrives; must not wait
   */
  synchronized void allow(long bytes, Consumer<ProblemException> refusing) {
    most = bytes;
    refuse = refusing;
  }

  /** Bytes of a message came, and are kept by the server until the message is whole. */
  @Override
  public synchronized void inboundWireSize(long bytes) {
    if (over || refusal != null) {
      return;
    }
    try {
      arrived += bytes + FRAME;
      if (arrived > 2 * most) {
        throw PictureCalls.tooLarge(most);
      }
      grow(bytes + FRAME);
    } catch (ProblemException e) {
      refusal = e;
      if (refuse == null) {
        throw Statuses.of(e); // ends the call
      }
      refuse.accept(e);
    }
  }

  /** A message without pictures is whole, and read at once. */
  @Override
  public synchronized void inboundMessageRead(int number, long wire, long inflated) {
    if (refuse == null) {
      taken();
    }
  }

  /**
   * Claims so many bytes more.
   *
   * @throws ProblemException (OVERLOADED) if there is no room for them
   */
  synchronized void grow(long bytes) {
    claim.grow(bytes);
  }

  /** The message was taken from the server: what it kept is free. */
  synchronized void taken() {
    claim.shrink(arrived);
    arrived = 0;
  }

  /** From now on the call's bytes are in use, even if the call should end. */
  synchronized void hold() {
    held = true;
  }

  /** They are in use no longer. */
  synchronized void letGo() {
    held = false;
    free();
  }

  @Override
  public synchronized void streamClosed(Status status) {
    over = true;
    free();
  }

  private void free() {
    if (over && !held) {
      claim.close();
    }
  }
}
