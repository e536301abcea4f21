package org.resnetserving.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.tracing.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServerTest;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Every answer can be told apart, and a service that exports no traces has nothing that would. */
@ServerTest
final class RequestIdIT {
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");

  private final RunningServer server;
  private final ObjectProvider<Tracer> tracer;
  private final ObjectProvider<SdkTracerProvider> providers;

  RequestIdIT(
      @LocalServerPort int port,
      @Autowired ObjectProvider<Tracer> tracer,
      @Autowired ObjectProvider<SdkTracerProvider> providers) {
    server = new RunningServer(port);
    this.tracer = tracer;
    this.providers = providers;
  }

  @BeforeEach
  void waitUntilReady() {
    await().atMost(Duration.ofMinutes(2)).until(() -> server.get("/readyz").status() == 200);
  }

  @Test
  void answer_toARequestWithAnId_carriesIt() {
    Answer answer =
        server.post(
            "/v1/classify", PICTURE, "Content-Type", "image/jpeg", "X-Request-Id", "mine-1");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Request-Id")).isEqualTo("mine-1");
  }

  @Test
  void answers_toRequestsWithoutAnId_carryNewOnes() {
    String first = server.get("/v1/models").header("X-Request-Id");
    assertThat(first).hasSize(36).isNotEqualTo(server.get("/livez").header("X-Request-Id"));
  }

  @Test
  void problem_whoeverMadeIt_carriesTheId() {
    Answer ours =
        server.post(
            "/v1/classify", new byte[0], "Content-Type", "image/jpeg", "X-Request-Id", "mine-2");
    assertThat(ours.status()).isEqualTo(400);
    assertThat(ours.header("X-Request-Id")).isEqualTo("mine-2");
    assertThat(ours.json().get("request_id").stringValue()).isEqualTo("mine-2");

    Answer springs = server.get("/nowhere");
    assertThat(springs.status()).isEqualTo(404);
    assertThat(springs.json().get("request_id").stringValue())
        .isEqualTo(springs.header("X-Request-Id"))
        .hasSize(36);
  }

  @Test
  void service_withoutAnEndpoint_tracesNothing() {
    assertThat(tracer.getIfAvailable()).isNull();
    assertThat(server.get("/v1/models").header("traceparent")).isEmpty();
    // Nothing that would have threads for it; those of other tests' services are in this process.
    assertThat(providers.getIfAvailable()).isNull();
  }
}
