package org.resnetserving.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Problems as gRPC's statuses: the one table of types and codes. */
public final class Statuses {
  private static final Logger log = LoggerFactory.getLogger(Statuses.class);

  /** Whose the reasons in {@link ErrorInfo} are. */
  private static final String DOMAIN = "resnet-serving";

  private Statuses() {}

  /** Ends a call with a failure. */
  static void close(ServerCall<?, ?> call, Throwable failure) {
    StatusRuntimeException status = of(failure);
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** The code that goes with a type. */
  static Status.Code code(ProblemType type) {
    return switch (type) {
      case PATH_UNKNOWN, MODEL_UNKNOWN -> Status.Code.NOT_FOUND;
      // A message that is too large has the code that gRPC itself gives it.
      case OVERLOADED, REQUEST_TOO_LARGE -> Status.Code.RESOURCE_EXHAUSTED;
      case API_KEY_MISSING, API_KEY_UNKNOWN -> Status.Code.UNAUTHENTICATED;
      case DEADLINE_EXCEEDED, UPLOAD_TIMEOUT -> Status.Code.DEADLINE_EXCEEDED;
      case MODEL_NOT_READY, SHUTTING_DOWN -> Status.Code.UNAVAILABLE;
      case INFERENCE_FAILED, INTERNAL_ERROR -> Status.Code.INTERNAL;
      default -> Status.Code.INVALID_ARGUMENT;
    };
  }

  /**
   * The failure as a call ends with it, and in the log: the problem's type is the reason in {@link
   * ErrorInfo}, and {@link RetryInfo} says when to come back, where that is known.
   */
  public static StatusRuntimeException of(Throwable failure) {
    ProblemException problem =
        failure instanceof ProblemException known
            ? known
            : new ProblemException(
                ProblemType.INTERNAL_ERROR, "Something went wrong that should not.", failure);
    Status.Code code = code(problem.type());
    // A run that failed was logged by who ran it, once for all the requests that were in it.
    if (code == Status.Code.INTERNAL && problem.type() != ProblemType.INFERENCE_FAILED) {
      log.error("{}: {}", problem.type().slug(), problem.getMessage(), problem);
    } else {
      log.debug("{} {}: {}", code, problem.type().slug(), problem.getMessage());
    }
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(String.valueOf(problem.getMessage()))
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(problem.type().name())
                        .setDomain(DOMAIN)
                        .build()));
    problem
        .retryAfter()
        .ifPresent(
            seconds ->
                status.addDetails(
                    Any.pack(
                        RetryInfo.newBuilder()
                            .setRetryDelay(Duration.newBuilder().setSeconds(seconds))
                            .build())));
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
