package org.resnetserving.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnetserving.RawHttp;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** Clients of gRPC that send frames which cost the server more than themselves are closed. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      "spring.grpc.server.port=0"
    })
final class GrpcFloodsIT {
  private static final byte[] BEGINNING =
      join("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII), frame(4, 0, 0, new byte[0]));

  /** Twenty times as many as may be taken back, or more. */
  private static final int CALLS = 20_000;

  private final int port;

  @Autowired
  GrpcFloodsIT(GrpcServerLifecycle server) {
    port = server.getPort();
  }

  /** What is sent for each of the calls. */
  enum Flood {
    /** Calls that are cancelled at once (CVE-2023-44487). */
    RAPID_RESETS {
      @Override
      byte[] of(int call) {
        return join(begun(call), frame(3, 0, call, new byte[] {0, 0, 0, 8}));
      }
    },
    /** Calls that the server is made to cancel, by a window of 0 more (CVE-2025-8671). */
    MADE_RESETS {
      @Override
      byte[] of(int call) {
        return join(begun(call), frame(8, 0, call, new byte[4]));
      }
    },
    PINGS {
      @Override
      byte[] of(int call) {
        return frame(6, 0, 0, new byte[8]);
      }
    },
    /** A head that never ends. */
    CONTINUATIONS {
      @Override
      byte[] of(int call) {
        return call == 1 ? frame(1, 0, 1, head()) : frame(9, 0, 1, new byte[0]);
      }
    };

    abstract byte[] of(int call);
  }

  @ParameterizedTest
  @EnumSource
  void flood_endsItsConnection_andNoOther(Flood flood) throws IOException {
    ManagedChannel other =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .usePlaintext()
            .build();
    try (RawHttp client = new RawHttp(port)) {
      await().atMost(Duration.ofMinutes(2)).until(() -> health(other) == ServingStatus.SERVING);
      client.send(BEGINNING);
      try {
        for (int i = 0; i < CALLS; i++) {
          client.send(flood.of(2 * i + 1));
        }
      } catch (IOException e) {
        // Closed already.
      }
      boolean closed = false;
      while (!closed) {
        closed = client.closed();
      }
      assertThat(health(other)).isEqualTo(ServingStatus.SERVING);
    } finally {
      other.shutdownNow();
    }
  }

  private static ServingStatus health(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private static byte[] begun(int call) {
    return frame(1, 4, call, head());
  }

  /** POST, http, and the rest in letters. */
  private static byte[] head() {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes(new byte[] {(byte) 0x83, (byte) 0x86});
    String[] fields = {
      ":path", "/inference.GRPCInferenceService/ModelInfer", ":authority", "x",
      "content-type", "application/grpc", "te", "trailers"
    };
    for (int i = 0; i < fields.length; i++) {
      if (i % 2 == 0) {
        head.write(0);
      }
      head.write(fields[i].length());
      head.writeBytes(fields[i].getBytes(US_ASCII));
    }
    return head.toByteArray();
  }

  /** RFC 9113, section 4.1. */
  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putShort((short) 0)
        .put((byte) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  private static byte[] join(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }
}
