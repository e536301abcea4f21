package org.resnetserving.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.micrometer.observation.ObservationRegistry;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.resnetserving.admission.Doorkeeper;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Terms;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * Calls that bring pictures. Each is admitted before a byte of its message is asked for, has a
 * deadline since it came, and is answered on a thread of its own, of which there are as many as
 * calls may be under way.
 *
 * @param calls for the calls under way
 * @param threads that answer; never fewer than the calls
 * @param timer for what does not come
 * @param most bytes that a message may have
 */
public record PictureCalls(
    Permits calls,
    Executor threads,
    ScheduledExecutorService timer,
    Doorkeeper doorkeeper,
    ObservationRegistry observations,
    Ticker ticker,
    int most) {

  /**
   * A method that is answered so.
   *
   * @param method as the protocol describes it; its request is not read by it
   * @param terms on which a message is read, before it is known whom it asks
   */
  public <R> ServerMethodDefinition<InputStream, R> method(
      MethodDescriptor<?, R> method, Terms terms, CallWork<R> work) {
    return ServerMethodDefinition.create(
        method.toBuilder(RawMessage.INSTANCE, method.getResponseMarshaller()).build(),
        (call, headers) -> {
          PictureCall<R> picture = new PictureCall<>(this, call, terms, work);
          picture.begin(headers);
          return picture;
        });
  }

  static ProblemException tooLarge(long most) {
    return new ProblemException(
        ProblemType.REQUEST_TOO_LARGE, "A message may have %,d bytes.".formatted(most));
  }

  /** The message as it comes: who answers reads it within its own bounds. */
  private enum RawMessage implements MethodDescriptor.Marshaller<InputStream> {
    INSTANCE;

    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return stream;
    }
  }

  /**
   * Nothing if the one who calls may.
   *
   * @throws ProblemException that says why not
   */
  void admit(ServerCall<?, ?> call, Metadata headers) {
    doorkeeper.admit(
        name -> headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)),
        String.valueOf(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
  }
}
