package org.resnetserving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.WrappersProto;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.resnetserving.admission.Doorkeeper;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Terms;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** Over a real connection: calls are let in, bounded, and let go. */
final class PictureCallsTest {
  private static final int MOST = 1024 * 1024;
  private static final MethodDescriptor<BytesValue, BytesValue> METHOD =
      MethodDescriptor.<BytesValue, BytesValue>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Pictures/Ask")
          .setRequestMarshaller(ProtoUtils.marshaller(BytesValue.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(BytesValue.getDefaultInstance()))
          .build();
  private static final MethodDescriptor<BytesValue, BytesValue> QUICK =
      METHOD.toBuilder().setFullMethodName("test.Pictures/Quick").build();

  private final Permits memory = new Permits("uploads", 4 * MOST);
  private final Permits calls = new Permits("gRPC calls", 2);
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private @Nullable Server server;
  private @Nullable ManagedChannel channel;

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    threads.shutdownNow();
    timer.shutdownNow();
  }

  @Test
  void message_comesWhole_andItsMemoryIsFreeAfterwards() {
    serve(message -> BytesValue.parseFrom(message.bytes()));
    BytesValue large = bytes(MOST - 16);
    assertThat(ask(large, CallOptions.DEFAULT)).isEqualTo(large);
    assertThat(ask(large, CallOptions.DEFAULT.withCompression("gzip"))).isEqualTo(large);
    assertNothingHeld();
  }

  @Test
  void memory_isHeldWhileTheAnswerIsMade_andForTheMessageOnce() {
    CompletableFuture<Long> held = new CompletableFuture<>();
    serve(
        message -> {
          held.complete(memory.inUse());
          return BytesValue.getDefaultInstance();
        });
    ask(bytes(1000), CallOptions.DEFAULT);
    // The tag and the length of the one field.
    assertThat(held).isCompletedWithValue(1003L);
    assertNothingHeld();
  }

  @Test
  void message_largerThanItMayBe_isRefused() {
    serve(message -> BytesValue.getDefaultInstance());
    assertThat(refusal(bytes(MOST + 1), CallOptions.DEFAULT))
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    // 64 MB of zeros, in 64 KB.
    assertThat(refusal(bytes(64 * MOST), CallOptions.DEFAULT.withCompression("gzip")))
        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.INVALID_ARGUMENT);
    assertNothingHeld();
  }

  @Test
  void message_forWhichThereIsNoMemory_isRefusedWhileItArrives() throws Exception {
    serve(message -> BytesValue.getDefaultInstance());
    try (Permit others = memory.acquire(4 * MOST - 100_000)) {
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> ask(bytes(MOST / 2), CallOptions.DEFAULT));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(refused).hasMessageContaining("No room for uploads");
      com.google.rpc.Status details = StatusProto.fromThrowable(refused);
      assertThat(details.getDetails(0).unpack(ErrorInfo.class).getReason()).isEqualTo("OVERLOADED");
      assertThat(details.getDetails(1).unpack(RetryInfo.class).getRetryDelay().getSeconds())
          .isEqualTo(1);
      await().untilAsserted(() -> assertThat(memory.inUse()).isEqualTo(others.weight()));
    }
    assertThat(ask(bytes(MOST / 2), CallOptions.DEFAULT)).isNotNull();
  }

  @Test
  void message_withoutPictures_isSmall() {
    serve(message -> BytesValue.getDefaultInstance());
    assertThat(ClientCalls.blockingUnaryCall(channel, QUICK, CallOptions.DEFAULT, bytes(10_000)))
        .isEqualTo(bytes(10_000));
    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(channel, QUICK, CallOptions.DEFAULT, bytes(MOST / 2)))
        .isInstanceOf(StatusRuntimeException.class);
    assertNothingHeld();
  }

  @Test
  void calls_beyondThoseThatMayBe_areRefusedAtOnce() {
    serve(message -> BytesValue.getDefaultInstance());
    try (Permit all = calls.acquire(2)) {
      assertThat(refusal(bytes(1), CallOptions.DEFAULT)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(all.weight()).isEqualTo(2);
    }
    assertThat(ask(bytes(1), CallOptions.DEFAULT)).isNotNull();
  }

  @Test
  void client_thatLeaves_interruptsItsAnswer_andFreesAllItHad() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CompletableFuture<Boolean> left = new CompletableFuture<>();
    serve(
        message -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            left.complete(message.isLeft());
            interrupted.countDown();
          }
          throw new ProblemException(ProblemType.SHUTTING_DOWN, "interrupted");
        });
    ClientCall<BytesValue, BytesValue> call = channel.newCall(METHOD, CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {}, new Metadata());
    call.sendMessage(bytes(1000));
    call.halfClose();
    begun.await();
    assertThat(calls.inUse()).isEqualTo(1);
    call.cancel("enough", null);
    interrupted.await();
    assertThat(left).isCompletedWithValue(true);
    assertNothingHeld();
  }

  @Test
  void deadline_ofTheCall_isTheAnswers_butNoLongerThanTheTermsAllow() {
    CompletableFuture<Duration> asked = new CompletableFuture<>();
    CompletableFuture<Duration> none = new CompletableFuture<>();
    CompletableFuture<Duration> longest = new CompletableFuture<>();
    serve(
        message -> {
          Duration allowed = message.deadline(terms(Duration.ofSeconds(10))).allowed();
          (asked.isDone() ? none.isDone() ? longest : none : asked).complete(allowed);
          return BytesValue.getDefaultInstance();
        });
    ask(bytes(1), CallOptions.DEFAULT.withDeadlineAfter(50, TimeUnit.SECONDS));
    // Else two of them may hold all that there is: a call lets go after its answer.
    assertNothingHeld();
    ask(bytes(1), CallOptions.DEFAULT);
    assertNothingHeld();
    ask(bytes(1), CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.HOURS));
    assertThat(asked.join()).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(50));
    assertThat(none.join()).isEqualTo(Duration.ofSeconds(10));
    assertThat(longest.join()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void message_thatDoesNotCome_isNotWaitedForLongerThanTheDeadline() throws Exception {
    serve(
        message -> BytesValue.getDefaultInstance(),
        (headers, from) -> {},
        terms(Duration.ofMillis(50)));
    CompletableFuture<Status> ended = new CompletableFuture<>();
    // As a stream: else nothing is sent before there is a message.
    ClientCall<BytesValue, BytesValue> call =
        channel.newCall(
            METHOD.toBuilder().setType(MethodDescriptor.MethodType.BIDI_STREAMING).build(),
            CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    assertThat(ended.get(60, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertNothingHeld();
  }

  @Test
  void call_withoutAMessage_isRefused() throws Exception {
    serve(message -> BytesValue.getDefaultInstance());
    CompletableFuture<Status> ended = new CompletableFuture<>();
    ClientCall<BytesValue, BytesValue> call = channel.newCall(METHOD, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    call.halfClose();
    assertThat(ended.get(60, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertNothingHeld();
  }

  @Test
  void doorkeeper_refusesBeforeAnythingIsRead_byTheHeaders() {
    Doorkeeper doorkeeper =
        (headers, from) -> {
          if (!"open".equals(headers.apply("x-word"))) {
            throw new ProblemException(ProblemType.OVERLOADED, "Say the word.");
          }
        };
    serve(message -> BytesValue.getDefaultInstance(), doorkeeper, terms(Duration.ofSeconds(10)));
    assertThatThrownBy(() -> ask(bytes(1), CallOptions.DEFAULT)).hasMessageContaining("the word");
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel, QUICK, CallOptions.DEFAULT, bytes(1)))
        .hasMessageContaining("the word");
    assertNothingHeld();
  }

  @Test
  void whatShouldNotHappen_isInternal() {
    serve(
        message -> {
          throw new IllegalStateException("a secret");
        });
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> ask(bytes(1), CallOptions.DEFAULT));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure).hasMessageNotContaining("secret");
    assertNothingHeld();
  }

  private void assertNothingHeld() {
    await().untilAsserted(() -> assertThat(memory.inUse()).isZero());
    await().untilAsserted(() -> assertThat(calls.inUse()).isZero());
  }

  private void serve(CallWork<BytesValue> work) {
    serve(work, (headers, from) -> {}, terms(Duration.ofSeconds(10)));
  }

  private void serve(CallWork<BytesValue> work, Doorkeeper doorkeeper, Terms terms) {
    PictureCalls pictures =
        new PictureCalls(
            calls, threads, timer, doorkeeper, ObservationRegistry.NOOP, Ticker.system(), MOST);
    ServiceMethods methods =
        new ServiceMethods(pictures, "test.Pictures", WrappersProto.getDescriptor());
    BytesValue empty = BytesValue.getDefaultInstance();
    methods.pictures("Ask", empty, empty, terms, work);
    methods.quick("Quick", empty, empty, request -> request);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      server =
          NettyServerBuilder.forAddress(address)
              .maxInboundMessageSize(MOST)
              .addStreamTracerFactory(
                  new ServerStreamTracer.Factory() {
                    @Override
                    public ServerStreamTracer newServerStreamTracer(String name, Metadata headers) {
                      return new Arrival(memory);
                    }
                  })
              .addService(methods.service())
              .build()
              .start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
            .usePlaintext()
            .build();
  }

  private static Terms terms(Duration deadline) {
    return new Terms() {
      @Override
      public Duration deadline() {
        return deadline;
      }

      @Override
      public Duration maxDeadline() {
        return Duration.ofSeconds(60);
      }

      @Override
      public void requireReady() {}
    };
  }

  private BytesValue ask(BytesValue request, CallOptions options) {
    return ClientCalls.blockingUnaryCall(channel, METHOD, options, request);
  }

  private Status.Code refusal(BytesValue request, CallOptions options) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> ask(request, options))
        .getStatus()
        .getCode();
  }

  private static BytesValue bytes(int count) {
    return BytesValue.of(ByteString.copyFrom(new byte[count]));
  }
}
