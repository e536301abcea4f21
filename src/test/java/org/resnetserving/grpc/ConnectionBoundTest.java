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
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RawHttp;

final class ConnectionBoundTest {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  @AfterEach
  void stop() {
    loops.shutdownGracefully();
  }

  @ParameterizedTest
  @CsvSource({"1, 8", "8, 1"})
  void connection_overTheBound_isClosed_untilThereIsRoom(int all, int ofOne) throws Exception {
    ConnectionBound bound = new ConnectionBound(all, ofOne);
    Server server = server(bound).build().start();
    ManagedChannel first = channel(server);
    ManagedChannel second = channel(server);
    try {
      ask(first);
      assertThat(bound.count()).isEqualTo(1);
      StatusRuntimeException refused =
          catchThrowableOfType(StatusRuntimeException.class, () -> ask(second));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
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

  @Test
  void connection_whoseHandshakeHasNotBegun_isCountedToo() throws Exception {
    ConnectionBound bound = new ConnectionBound(1, 8);
    KeyStore none = KeyStore.getInstance("PKCS12");
    none.load(null, null);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(none, null);
    Server server =
        server(bound)
            .sslContext(GrpcSslContexts.configure(SslContextBuilder.forServer(keys)).build())
            .build()
            .start();
    try (RawHttp silent = new RawHttp(server.getPort())) {
      await().untilAsserted(() -> assertThat(bound.count()).isEqualTo(1));
      try (RawHttp other = new RawHttp(server.getPort())) {
        assertThat(other.closed()).isTrue();
      }
      assertThat(bound.count()).isEqualTo(1);
      silent.reset();
      await().untilAsserted(() -> assertThat(bound.count()).isZero());
    } finally {
      server.shutdownNow();
    }
  }

  private NettyServerBuilder server(ConnectionBound bound) {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .channelFactory(() -> new BoundedListener(bound))
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .addService(new HealthStatusManager().getHealthService());
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
