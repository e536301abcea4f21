package org.resnetserving.bench;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** A gRPC connection of its own, by the Open Inference Protocol; answers are not looked into. */
final class GrpcConnection implements Asking {
  private static final MethodDescriptor<byte[], byte[]> INFER =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("inference.GRPCInferenceService/ModelInfer")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private final ManagedChannel channel;
  private final long deadlineMillis;

  /**
   * @param deadline seconds that the client waits
   */
  GrpcConnection(InetSocketAddress address, double deadline) {
    this.channel = NettyChannelBuilder.forAddress(address).usePlaintext().build();
    this.deadlineMillis = (long) (deadline * 1000);
  }

  @Override
  public int ask(ByteBuffer request) {
    try {
      exchange(request);
      return 200;
    } catch (StatusRuntimeException e) {
      return status(e);
    }
  }

  /**
   * Sends a message and waits for its answer.
   *
   * @param request its position stays as it is
   * @throws StatusRuntimeException if there is none; see {@link #status}
   */
  byte[] exchange(ByteBuffer request) {
    byte[] bytes = new byte[request.remaining()];
    request.duplicate().get(bytes);
    return ClientCalls.blockingUnaryCall(
        channel,
        INFER,
        CallOptions.DEFAULT.withDeadlineAfter(deadlineMillis, TimeUnit.MILLISECONDS),
        bytes);
  }

  /** HTTP's status that means the same. */
  static int status(StatusRuntimeException e) {
    return switch (e.getStatus().getCode()) {
      case RESOURCE_EXHAUSTED -> 429;
      case INVALID_ARGUMENT -> 400;
      case NOT_FOUND -> 404;
      case UNAUTHENTICATED -> 401;
      case DEADLINE_EXCEEDED -> 504;
      case UNAVAILABLE -> 503;
      default -> 500;
    };
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Messages as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
