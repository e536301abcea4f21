package org.resnetserving.trace;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.RunningServer;
import org.resnetserving.RunningServer.Answer;
import org.resnetserving.ServiceProcess;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the jar sends to a collector, and what its log says of a request. */
@Timeout(400)
final class TraceIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final byte[] PICTURE = RunningServer.picture("pictures/cat.jpg");

  @TempDir private Path folder;

  @Test
  void request_withAnEndpointSet_sendsASpanForEachStageInTheClientsTrace() throws Exception {
    Queue<String> received = new ConcurrentLinkedQueue<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          received.add(
              exchange.getRequestHeaders().getFirst("Content-Type")
                  + new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    try (ServiceProcess service =
        ServiceProcess.start(
            folder,
            "--models=" + ServiceProcess.SMALL,
            "--management.opentelemetry.tracing.export.otlp.endpoint=http://127.0.0.1:%d/v1/traces"
                .formatted(collector.getAddress().getPort()),
            "--management.opentelemetry.tracing.export.schedule-delay=100ms",
            "--logging.structured.format.console=ecs",
            "--logging.level.org.resnetserving=debug")) {
      service.awaitReady(ServiceProcess.SMALL);
      Answer answer =
          service
              .client()
              .post(
                  "/v1/classify",
                  PICTURE,
                  "Content-Type",
                  "image/jpeg",
                  "traceparent",
                  "00-%s-%s-01".formatted(TRACE, PARENT));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("traceparent")).matches("00-" + TRACE + "-(?!" + PARENT + ").*-01");
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(String.join("", received))
                      .contains(bytes(TRACE), bytes(PARENT), "resnet-serving")
                      .contains("read", "decode", "queue", "inference")
                      .contains("resnet.model", ServiceProcess.SMALL, "resnet.outcome")
                      .contains("resnet.program", "resnet.precision", "resnet.batch.size")
                      .contains("POST /v1/classify", "http.response.status_code", "http.route")
                      .contains("service.version", "service.instance.id")
                      // The probes of awaitReady came before it.
                      .doesNotContain("/readyz", "http.status_code", "method\n"));
      assertThat(received).allMatch(body -> body.startsWith("application/x-protobuf"));

      service
          .client()
          .post(
              "/v1/classify",
              new byte[0],
              "Content-Type",
              "image/jpeg",
              "X-Request-Id",
              "a-client-s",
              "traceparent",
              "00-%s-%s-01".formatted(TRACE, PARENT));
      service.awaitLog("image-missing");
      JsonNode line = line(service.log(), "image-missing");
      assertThat(line.at("/log/level").stringValue()).isEqualTo("DEBUG");
      assertThat(line.get("http.request.id").stringValue()).isEqualTo("a-client-s");
      assertThat(line.get("trace.id").stringValue()).isEqualTo(TRACE);
      assertThat(line.at("/service/name").stringValue()).isEqualTo("resnet-serving");
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void endpoint_inOpenTelemetrysOwnVariable_isUsed() throws Exception {
    Queue<String> paths = new ConcurrentLinkedQueue<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          paths.add(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    try (ServiceProcess service =
        ServiceProcess.startWith(
            folder,
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:" + collector.getAddress().getPort(),
            "--models=" + ServiceProcess.SMALL,
            "--management.opentelemetry.tracing.export.schedule-delay=100ms")) {
      service.awaitReady(ServiceProcess.SMALL);
      service.client().post("/v1/classify", PICTURE, "Content-Type", "image/jpeg");
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(paths).isNotEmpty().containsOnly("/v1/traces"));
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void log_asText_hasTheRequestsIdAndNoWarningAboutClients() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.start(
            folder,
            "--models=" + ServiceProcess.SMALL,
            "--logging.level.org.resnetserving=debug")) {
      service.awaitReady(ServiceProcess.SMALL);
      RunningServer server = service.client();
      server.post("/v1/classify", new byte[0], "Content-Type", "image/jpeg", "X-Request-Id", "one");
      server.post("/v1/classify", new byte[3], "Content-Type", "text/plain");
      server.post("/v1/classify", new byte[3], "Content-Type", "no type");
      server.get("/v1/models/nobody");
      server.get("/nowhere");
      server.get("/v1/classify");
      server.get("/v1/models?top_k=%25zz");
      server.post("/v1/classify?top_k=0", PICTURE, "Content-Type", "image/jpeg");
      service.awaitLog("[one]");
      assertThat(service.warnings()).isEmpty();
      assertThat(service.log().lines())
          .anyMatch(line -> line.contains("[one]") && line.contains("image-missing"))
          .anyMatch(
              line ->
                  line.contains("Started ResNetServing")
                      && line.contains("] org.resnetserving.ResNetServing"));
    }
  }

  private static String bytes(String hex) {
    return new String(HexFormat.of().parseHex(hex), ISO_8859_1);
  }

  private static JsonNode line(String log, String text) {
    List<String> lines = log.lines().filter(line -> line.contains(text)).toList();
    assertThat(lines).isNotEmpty();
    return new JsonMapper().readTree(lines.get(0));
  }
}
