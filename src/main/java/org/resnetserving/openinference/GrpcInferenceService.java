package org.resnetserving.openinference;

import inference.InferenceProtocol;
import inference.ModelConfigRequest;
import inference.ModelConfigResponse;
import inference.ModelInferRequest;
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
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.resnetserving.dataplane.DataPlane;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.grpc.CallMessage;
import org.resnetserving.grpc.OnGrpcPort;
import org.resnetserving.grpc.PictureCalls;
import org.resnetserving.grpc.ServiceMethods;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.upload.UploadProperties;
import org.springframework.stereotype.Component;

/** The Open Inference Protocol over gRPC: REST's answers, in protobuf. */
@Component
@OnGrpcPort
final class GrpcInferenceService implements BindableService {
  static final String NAME = "inference.GRPCInferenceService";

  private final DataPlane plane;
  private final ServerState state;
  private final PictureCalls pictures;
  private final int maxPictures;

  GrpcInferenceService(
      DataPlane plane, ServerState state, PictureCalls pictures, UploadProperties uploads) {
    this.plane = plane;
    this.state = state;
    this.pictures = pictures;
    this.maxPictures = uploads.image().maxCount();
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServiceMethods methods = new ServiceMethods(pictures, NAME, InferenceProtocol.getDescriptor());
    methods.open(
        "ServerLive",
        ServerLiveRequest.getDefaultInstance(),
        ServerLiveResponse.getDefaultInstance(),
        request -> ServerLiveResponse.newBuilder().setLive(true).build());
    methods.open(
        "ServerReady",
        ServerReadyRequest.getDefaultInstance(),
        ServerReadyResponse.getDefaultInstance(),
        request -> ServerReadyResponse.newBuilder().setReady(holds(state::requireReady)).build());
    methods.quick(
        "ModelReady",
        ModelReadyRequest.getDefaultInstance(),
        ModelReadyResponse.getDefaultInstance(),
        request -> {
          ServedModel model = ModelVersion.of(plane, request.getName(), request.getVersion());
          return ModelReadyResponse.newBuilder()
              .setReady(holds(() -> ServerState.requireReady(model)))
              .build();
        });
    methods.quick(
        "ServerMetadata",
        ServerMetadataRequest.getDefaultInstance(),
        ServerMetadataResponse.getDefaultInstance(),
        request ->
            ServerMetadataResponse.newBuilder()
                .setName(ServerState.NAME)
                .setVersion(state.version())
                .addAllExtensions(ServerState.EXTENSIONS)
                .build());
    methods.quick(
        "ModelMetadata",
        ModelMetadataRequest.getDefaultInstance(),
        ModelMetadataResponse.getDefaultInstance(),
        request ->
            GrpcAnswers.of(
                ModelMetadata.of(ModelVersion.of(plane, request.getName(), request.getVersion()))));
    methods.quick(
        "ModelConfig",
        ModelConfigRequest.getDefaultInstance(),
        ModelConfigResponse.getDefaultInstance(),
        request ->
            GrpcAnswers.of(
                ModelConfig.of(
                    ModelVersion.of(plane, request.getName(), request.getVersion()), maxPictures)));
    methods.quick(
        "ModelStatistics",
        ModelStatisticsRequest.getDefaultInstance(),
        ModelStatisticsResponse.getDefaultInstance(),
        request -> GrpcAnswers.of(ModelStatistics.of(plane, models(request))));
    methods.pictures(
        "ModelInfer",
        ModelInferRequest.getDefaultInstance(),
        ModelInferResponse.getDefaultInstance(),
        plane.terms(),
        this::infer);
    return methods.service();
  }

  private static boolean holds(Runnable requirement) {
    try {
      requirement.run();
      return true;
    } catch (ProblemException e) {
      return false;
    }
  }

  private List<ServedModel> models(ModelStatisticsRequest request) {
    return request.getName().isEmpty()
        ? plane.models()
        : List.of(ModelVersion.of(plane, request.getName(), request.getVersion()));
  }

  private ModelInferResponse infer(CallMessage message) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(message.bytes());
    GrpcRequest.Asked asked = GrpcRequest.asked(bytes);
    ServedModel served = ModelVersion.of(plane, asked.model(), asked.version());
    return plane.answer(served, exchange -> answer(exchange, bytes, message));
  }

  private ModelInferResponse answer(Exchange exchange, ByteBuffer bytes, CallMessage message) {
    exchange.model().requireReady();
    Inferences inferences = new Inferences(exchange.model(), maxPictures);
    Bounds bounds = new Bounds(inferences.maxElements(), message::claim);
    InferRequest request = GrpcRequest.read(bytes, bounds);
    try {
      return GrpcAnswers.of(
          inferences.answer(exchange, request, message.deadline(exchange.model()), bounds));
    } catch (ProblemException e) {
      throw message.isLeft() ? left(e) : e;
    }
  }

  /** Whoever waits in vain is interrupted, which looks like the end of the service. */
  private static ProblemException left(ProblemException e) {
    return new ProblemException(
        ProblemType.DEADLINE_EXCEEDED, "The client does not wait for the answer any more.", e);
  }
}
