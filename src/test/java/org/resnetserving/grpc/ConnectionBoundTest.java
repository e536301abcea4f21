package org.resnetserving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConnectionBoundTest {
  @ParameterizedTest
  @CsvSource({"1, 8", "8, 1"})
  void connection_overTheBound_isClosed_untilThereIsRoom(int all, int ofOne) throws Exception {
    ConnectionBound bound = new ConnectionBound(all, ofOne);
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addTransportFilter(bound)
            .addService(new HealthStatusManager().getHealthService())
            .build()
            .start();
    ManagedChannel first = channel(server);
    ManagedChannel second = channel(server);
    try {
      ask(first);
      assertThat(bound.count()).isEqualTo(1);
      StatusRuntimeException refused =
          catchThrowableOfType(StatusRuntimeException.class, () -> ask(second));
      // What the client makes of a connection that ends as soon as it is there.
      assertThat(refused.getStatus().getCode()).isIn(Status.Code.INTERNAL, Status.Code.UNAVAILABLE);
      ask(first);
      first.shutdownNow();
      await().untilAsserted(() -> assertThat(bound.count()).isZero());
      second.resetConnectBackoff();
      await().ignoreExceptions().untilAsserted(() -> ask(second));
    } finally {
      first.shutdownNow();
      second.shutdownNow();
      server.shutdownNow();
    }
    await().untilAsserted(() -> assertThat(bound.count()).isZero());
  }

  private static ManagedChannel channel(Server server) {
    return NettyChannelBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
        .usePlaintext()
        .build();
  }

  private static void ask(ManagedChannel channel) {
    HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());
  }
}
