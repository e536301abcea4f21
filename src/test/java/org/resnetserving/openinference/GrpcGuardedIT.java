package org.resnetserving.openinference;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import inference.ModelInferRequest;
import inference.ModelInferResponse;
import inference.ModelReadyRequest;
import inference.ModelReadyResponse;
import inference.ServerReadyRequest;
import inference.ServerReadyResponse;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.resnetserving.RunningServer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A gRPC server that asks for keys, is traced, and tells of itself. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      "server.address=127.0.0.1",
      "spring.grpc.server.port=0",
      "spring.grpc.server.reflection.enabled=true",
      // The SHA-256 of "the key of a test".
      "resnet.security.api-keys=a-test:02b74171c4f1b56c3d9917c66c08b5e44261e233cfbf04829006a23b2aa0dd14",
      "management.opentelemetry.tracing.export.schedule-delay=100ms"
    })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DirtiesContext // Nobody collects its traces any longer.
final class GrpcGuardedIT {
  private static final String KEY = "the key of a test";
  private static final String SMALL = "resnet20-cifar10";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final Queue<String> RECEIVED = new ConcurrentLinkedQueue<>();
  private static final HttpServer COLLECTOR = collector();

  private final RunningServer server;
  private final RunningServer management;
  private final ManagedChannel channel;

  GrpcGuardedIT(
      @LocalServerPort int port,
      @LocalManagementPort int managementPort,
      @Autowired GrpcServerLifecycle grpc) {
    server = new RunningServer(port);
    management = new RunningServer(managementPort);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", grpc.getPort()).usePlaintext().build();
  }

  private static HttpServer collector() {
    try {
      HttpServer collector =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      collector.createContext(
          "/v1/traces",
          exchange -> {
            RECEIVED.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      collector.start();
      return collector;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @DynamicPropertySource
  static void endpoint(DynamicPropertyRegistry registry) {
    registry.add(
        "management.opentelemetry.tracing.export.otlp.endpoint",
        () -> "http://127.0.0.1:%d/v1/traces".formatted(COLLECTOR.getAddress().getPort()));
  }

  @BeforeEach
  void waitUntilReady() {
    await().atMost(Duration.ofMinutes(2)).until(() -> server.get("/readyz").status() == 200);
  }

  @AfterAll
  void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    COLLECTOR.stop(0);
  }

  @Test
  void call_withoutAKey_isRefused_butProbesAreAnswered() {
    StatusRuntimeException missing =
        catchThrowableOfType(StatusRuntimeException.class, () -> infer(channel));
    assertThat(missing.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    StatusRuntimeException unknown =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> infer(with("x-api-key", "another")));
    assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    StatusRuntimeException metadata =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                GrpcInferenceIT.call(
                    channel,
                    "ModelReady",
                    ModelReadyRequest.newBuilder().setName(SMALL).build(),
                    ModelReadyResponse.class));
    assertThat(metadata.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(
            GrpcInferenceIT.call(
                    channel,
                    "ServerReady",
                    ServerReadyRequest.getDefaultInstance(),
                    ServerReadyResponse.class)
                .getReady())
        .isTrue();
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void call_withAKey_isAnswered() {
    assertThat(infer(with("x-api-key", KEY)).getOutputsCount()).isEqualTo(1);
    assertThat(infer(with("authorization", "Bearer " + KEY)).getOutputsCount()).isEqualTo(1);
  }

  @Test
  void call_isTracedAndCounted_asARequestIs() {
    double before = answered();
    Metadata headers = metadata("x-api-key", KEY);
    headers.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-%s-%s-01".formatted(TRACE, PARENT));
    infer(with(headers));
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(String.join("", RECEIVED))
                    .contains(bytes(TRACE), bytes(PARENT), "resnet-serving")
                    .contains("decode", "queue", "inference")
                    .contains("resnet.model", SMALL, "resnet.outcome", "resnet.batch.size")
                    .contains("inference.GRPCInferenceService/ModelInfer"));
    assertThat(answered()).isEqualTo(before + 1);
  }

  /** As {@code resnet_requests_total} counts it. */
  private double answered() {
    return management
        .get("/actuator/prometheus")
        .text()
        .lines()
        .filter(
            line ->
                line.startsWith("resnet_requests_total{")
                    && line.contains(SMALL)
                    && line.contains("outcome=\"ok\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void reflection_tellsOfTheService_whereItIsSwitchedOn() {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> asking =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse value) {
                    answer.complete(value);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    answer.completeExceptionally(new IllegalStateException("nothing came"));
                  }
                });
    asking.onNext(
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("inference.GRPCInferenceService")
            .build());
    assertThat(answer.orTimeout(60, TimeUnit.SECONDS).join().getFileDescriptorResponse())
        .matches(files -> files.getFileDescriptorProtoCount() == 1);
    asking.onCompleted();
  }

  private static ModelInferResponse infer(Channel channel) {
    return GrpcInferenceIT.call(
        channel,
        "ModelInfer",
        ModelInferRequest.newBuilder()
            .setModelName(SMALL)
            .addInputs(
                ModelInferRequest.InferInputTensor.newBuilder()
                    .setName("input")
                    .setDatatype("UINT8")
                    .addShape(1)
                    .addShape(32)
                    .addShape(32)
                    .addShape(3))
            .addRawInputContents(ByteString.copyFrom(new byte[32 * 32 * 3]))
            .build(),
        ModelInferResponse.class);
  }

  private Channel with(String header, String value) {
    return with(metadata(header, value));
  }

  private Channel with(Metadata headers) {
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static Metadata metadata(String header, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
    return headers;
  }

  private static String bytes(String hex) {
    return new String(HexFormat.of().parseHex(hex), ISO_8859_1);
  }
}
