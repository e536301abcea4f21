package org.resnetserving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import inference.InferParameter;
import inference.InferTensorContents;
import inference.ModelConfigRequest;
import inference.ModelConfigResponse;
import inference.ModelInferRequest;
import inference.ModelInferRequest.InferInputTensor;
import inference.ModelInferRequest.InferRequestedOutputTensor;
import inference.ModelInferResponse;
import inference.ModelMetadataRequest;
import inference.ModelMetadataResponse;
import inference.ModelReadyRequest;
import inference.ModelReadyResponse;
import inference.ModelStatisticsRequest;
import inference.ModelStatisticsResponse;
import inference.ServerLiveRequest;
import inference.ServerLiveResponse;
import inference.ServerMetadataRequest;
import inference.ServerMetadataResponse;
import inference.ServerReadyRequest;
import inference.ServerReadyResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.resnetserving.RunningServer;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** The Open Inference Protocol over gRPC, as its clients speak it. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.serving.precision=fp32",
      "server.address=127.0.0.1",
      "spring.grpc.server.port=0"
    })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GrpcInferenceIT {
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");
  private static final String TINY = "resnet50-tiny-imagenet";
  private static final String CIFAR = "resnet20-cifar10";
  private static final int ESPRESSO_INDEX = 193;
  private static final int PIXELS = 3 * 32 * 32;

  private final RunningServer server;
  private final ManagedChannel channel;

  GrpcInferenceIT(@LocalServerPort int port, @Autowired GrpcServerLifecycle grpc) {
    server = new RunningServer(port);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", grpc.getPort()).usePlaintext().build();
  }

  @BeforeEach
  void waitUntilReady() {
    server.awaitReady();
  }

  @AfterAll
  void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
  }

  @Test
  void health_isTold_inBothWays() {
    assertThat(
            call("ServerLive", ServerLiveRequest.getDefaultInstance(), ServerLiveResponse.class)
                .getLive())
        .isTrue();
    assertThat(
            call("ServerReady", ServerReadyRequest.getDefaultInstance(), ServerReadyResponse.class)
                .getReady())
        .isTrue();
    assertThat(
            call(
                    "ModelReady",
                    ModelReadyRequest.newBuilder().setName(CIFAR).build(),
                    ModelReadyResponse.class)
                .getReady())
        .isTrue();
    HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(channel);
    for (String service : new String[] {"", "inference.GRPCInferenceService"}) {
      assertThat(
              health.check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus())
          .isEqualTo(ServingStatus.SERVING);
    }
    assertThatThrownBy(
            () -> health.check(HealthCheckRequest.newBuilder().setService("other").build()))
        .hasMessageContaining("NOT_FOUND");
  }

  @Test
  void metadata_areThoseOfRest() {
    assertThat(
            call(
                    "ServerMetadata",
                    ServerMetadataRequest.getDefaultInstance(),
                    ServerMetadataResponse.class)
                .getExtensionsList())
        .contains("classification", "statistics");
    ModelMetadataResponse metadata =
        call(
            "ModelMetadata",
            ModelMetadataRequest.newBuilder().setName(TINY).setVersion("1").build(),
            ModelMetadataResponse.class);
    assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 3L, 64L, 64L);
    assertThat(metadata.getOutputs(0).getName()).isEqualTo("logits");
    ModelConfigResponse config =
        call(
            "ModelConfig",
            ModelConfigRequest.newBuilder().setName(TINY).build(),
            ModelConfigResponse.class);
    assertThat(config.getConfig().getMaxBatchSize()).isEqualTo(32);
    assertThat(config.getConfig().getInput(0).getDimsList()).containsExactly(3L, 64L, 64L);
    assertThat(config.getConfig().getInput(0).getFormat().name()).isEqualTo("FORMAT_NCHW");
    assertThat(config.getConfig().getParametersOrThrow("channels").getStringValue())
        .isEqualTo("RGB");
  }

  @Test
  void pictures_rawOrInContents_areAnsweredAsByRest() {
    double classified =
        server
            .form("/v1/classify", "image", ESPRESSO)
            .json()
            .at("/predictions/0/probability")
            .doubleValue();
    ModelInferRequest.Builder raw = request(TINY, "BYTES", 2).addOutputs(output("probabilities"));
    raw.addRawInputContents(packed(ESPRESSO, ESPRESSO));
    ModelInferRequest.Builder contents = request(TINY, "BYTES", 1);
    contents
        .addOutputs(output("probabilities"))
        .addOutputs(output("embedding"))
        .getInputsBuilder(0)
        .setContents(
            InferTensorContents.newBuilder().addBytesContents(ByteString.copyFrom(ESPRESSO)));
    ModelInferResponse two = infer(raw.setId("7").build());
    assertThat(two.getId()).isEqualTo("7");
    assertThat(two.getOutputs(0).getShapeList()).containsExactly(2L, 200L);
    assertThat(floats(two, 0)[200 + ESPRESSO_INDEX]).isCloseTo((float) classified, within(1e-4f));
    ModelInferResponse one = infer(contents.build());
    assertThat(floats(one, 0)[ESPRESSO_INDEX]).isCloseTo((float) classified, within(1e-4f));
    assertThat(one.getOutputs(1).getShapeList()).containsExactly(1L, 2048L);
  }

  @Test
  void pixels_inAllForms_giveTheSameLogits() {
    ModelConfigResponse config =
        call(
            "ModelConfig",
            ModelConfigRequest.newBuilder().setName(CIFAR).build(),
            ModelConfigResponse.class);
    float[] mean = numbers(config, "mean");
    float[] std = numbers(config, "std");
    byte[] pixels = new byte[PIXELS];
    InferTensorContents.Builder whole = InferTensorContents.newBuilder();
    for (int i = 0; i < PIXELS; i++) {
      pixels[i] = (byte) (i * 7);
      whole.addUintContents(pixels[i] & 0xff);
    }
    InferTensorContents.Builder normalized = InferTensorContents.newBuilder();
    for (int channel = 0; channel < 3; channel++) {
      for (int place = 0; place < 1024; place++) {
        normalized.addFp32Contents(
            ((pixels[place * 3 + channel] & 0xff) / 255f - mean[channel]) / std[channel]);
      }
    }
    float[] expected =
        floats(
            infer(
                request(CIFAR, "UINT8", 1, 32, 32, 3)
                    .addRawInputContents(ByteString.copyFrom(pixels))
                    .build()),
            0);
    assertThat(expected).hasSize(10);
    ModelInferRequest.Builder asWhole = request(CIFAR, "UINT8", 1, 32, 32, 3);
    asWhole.getInputsBuilder(0).setContents(whole);
    assertThat(floats(infer(asWhole.build()), 0)).isEqualTo(expected);
    ModelInferRequest.Builder asNormalized = request(CIFAR, "FP32", 1, 3, 32, 32);
    asNormalized.getInputsBuilder(0).setContents(normalized);
    assertThat(floats(infer(asNormalized.build()), 0)).isEqualTo(expected);
  }

  @Test
  void classification_isValueIndexLabel() {
    ModelInferResponse answer =
        infer(
            request(TINY, "BYTES", 1)
                .addOutputs(
                    output("probabilities")
                        .putParameters(
                            "classification", InferParameter.newBuilder().setInt64Param(2).build()))
                .addRawInputContents(packed(ESPRESSO))
                .build());
    assertThat(answer.getOutputs(0).getDatatype()).isEqualTo("BYTES");
    assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L, 2L);
    assertThat(answer.getRawOutputContents(0).substring(4).toStringUtf8())
        .matches("(?s)0\\.97[0-9]{4}:193:espresso.*");
  }

  @Test
  void whatIsWrong_hasItsStatusAndReason() {
    assertRefused(
        request("nobody", "BYTES", 1).addRawInputContents(packed(ESPRESSO)),
        Status.Code.NOT_FOUND,
        "MODEL_UNKNOWN",
        TINY);
    assertRefused(
        request(TINY, "BYTES", 1).setModelVersion("2").addRawInputContents(packed(ESPRESSO)),
        Status.Code.NOT_FOUND,
        "MODEL_UNKNOWN",
        "version");
    assertRefused(
        request(TINY, "BYTES", 1), Status.Code.INVALID_ARGUMENT, "TENSOR_INVALID", "raw_input");
    assertRefused(
        request(TINY, "BYTES", 2).addRawInputContents(packed(ESPRESSO)),
        Status.Code.INVALID_ARGUMENT,
        "TENSOR_INVALID",
        "1 were sent");
    assertRefused(
        request(TINY, "BYTES", 1)
            .addRawInputContents(packed(ESPRESSO).substring(0, ESPRESSO.length)),
        Status.Code.INVALID_ARGUMENT,
        "TENSOR_INVALID",
        "are left");
    assertRefused(
        request(TINY, "FP32", Long.MAX_VALUE, Long.MAX_VALUE).addRawInputContents(packed()),
        Status.Code.INVALID_ARGUMENT,
        "TENSOR_INVALID",
        "elements in all");
    assertRefused(
        request(TINY, "BYTES", 1).addRawInputContents(packed(new byte[] {1, 2, 3})),
        Status.Code.INVALID_ARGUMENT,
        "IMAGE_UNSUPPORTED",
        "JPEG");
    assertRefused(
        request(TINY, "BYTES", 1)
            .addRawInputContents(packed(ESPRESSO))
            .putParameters("timeout", InferParameter.newBuilder().setInt64Param(1).build()),
        Status.Code.DEADLINE_EXCEEDED,
        "DEADLINE_EXCEEDED",
        "deadline");
  }

  @Test
  void statistics_countWhatWasAskedByAnyFace() {
    long before = statistics().getModelStats(0).getInferenceCount();
    infer(request(CIFAR, "UINT8", 1, 3, 32, 32).addRawInputContents(pixels(1)).build());
    server.post("/v1/models/" + CIFAR + "/classify", ESPRESSO, "Content-Type", "image/jpeg");
    assertThat(statistics().getModelStats(0).getInferenceCount()).isEqualTo(before + 2);
  }

  private ModelStatisticsResponse statistics() {
    return call(
        "ModelStatistics",
        ModelStatisticsRequest.newBuilder().setName(CIFAR).build(),
        ModelStatisticsResponse.class);
  }

  @Test
  void methodsThatAreNotThere_areUnimplemented() {
    assertThatThrownBy(
            () ->
                call(
                    "RepositoryIndex",
                    ServerLiveRequest.getDefaultInstance(),
                    ServerLiveResponse.class))
        .hasMessageContaining("UNIMPLEMENTED");
  }

  private void assertRefused(
      ModelInferRequest.Builder request, Status.Code code, String reason, String detail) {
    StatusRuntimeException refusal =
        catchThrowableOfType(StatusRuntimeException.class, () -> infer(request.build()));
    assertThat(refusal).isNotNull().hasMessageContaining(detail);
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    assertThat(reason(refusal)).isEqualTo(reason);
  }

  private static String reason(StatusRuntimeException e) {
    try {
      return StatusProto.fromThrowable(e).getDetails(0).unpack(ErrorInfo.class).getReason();
    } catch (InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private ModelInferResponse infer(ModelInferRequest request) {
    return call("ModelInfer", request, ModelInferResponse.class);
  }

  private <Q extends Message, R extends Message> R call(String name, Q request, Class<R> type) {
    return call(channel, name, request, type);
  }

  static <Q extends Message, R extends Message> R call(
      Channel channel, String name, Q request, Class<R> type) {
    return type.cast(
        ClientCalls.blockingUnaryCall(
            channel, method(name, request, type), CallOptions.DEFAULT, request));
  }

  private static <Q extends Message, R extends Message> MethodDescriptor<Q, R> method(
      String name, Q request, Class<R> type) {
    return MethodDescriptor.<Q, R>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName("inference.GRPCInferenceService/" + name)
        .setRequestMarshaller(ProtoUtils.marshaller(empty(request)))
        .setResponseMarshaller(
            ProtoUtils.marshaller(com.google.protobuf.Internal.getDefaultInstance(type)))
        .build();
  }

  @SuppressWarnings("unchecked")
  private static <Q extends Message> Q empty(Q message) {
    return (Q) message.getDefaultInstanceForType();
  }

  private static ModelInferRequest.Builder request(String model, String datatype, long... shape) {
    InferInputTensor.Builder input =
        InferInputTensor.newBuilder().setName("input").setDatatype(datatype);
    for (long size : shape) {
      input.addShape(size);
    }
    return ModelInferRequest.newBuilder().setModelName(model).addInputs(input);
  }

  private static InferRequestedOutputTensor.Builder output(String name) {
    return InferRequestedOutputTensor.newBuilder().setName(name);
  }

  private static ByteString pixels(int pictures) {
    return ByteString.copyFrom(new byte[pictures * PIXELS]);
  }

  private static ByteString packed(byte[]... elements) {
    ByteString.Output packed = ByteString.newOutput();
    for (byte[] element : elements) {
      byte[] length =
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(element.length).array();
      packed.write(length, 0, length.length);
      packed.write(element, 0, element.length);
    }
    return packed.toByteString();
  }

  private static float[] floats(ModelInferResponse response, int output) {
    ByteBuffer bytes =
        response.getRawOutputContents(output).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }

  private static float[] numbers(ModelConfigResponse config, String parameter) {
    String[] texts =
        config
            .getConfig()
            .getParametersOrThrow(parameter)
            .getStringValue()
            .replaceAll("[\\[\\] ]", "")
            .split(",");
    float[] numbers = new float[texts.length];
    for (int i = 0; i < texts.length; i++) {
      numbers[i] = Float.parseFloat(texts[i]);
    }
    return numbers;
  }
}
