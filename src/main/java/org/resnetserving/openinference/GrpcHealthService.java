package org.resnetserving.openinference;

import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import org.resnetserving.grpc.OnGrpcPort;
import org.resnetserving.problem.ProblemException;
import org.springframework.stereotype.Component;

/** {@code grpc.health.v1.Health}: for probes, which have no key. */
@Component
@OnGrpcPort
final class GrpcHealthService extends HealthGrpc.HealthImplBase {
  private final ServerState state;

  GrpcHealthService(ServerState state) {
    this.state = state;
  }

  /** The whole service, by no name or by its protocol's: as {@code /readyz}. */
  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
    if (!request.getService().isEmpty()
        && !request.getService().equals(GrpcInferenceService.NAME)) {
      observer.onError(Status.NOT_FOUND.withDescription("no such service").asRuntimeException());
      return;
    }
    observer.onNext(HealthCheckResponse.newBuilder().setStatus(status()).build());
    observer.onCompleted();
  }

  private ServingStatus status() {
    try {
      state.requireReady();
      return ServingStatus.SERVING;
    } catch (ProblemException e) {
      return ServingStatus.NOT_SERVING;
    }
  }
}
