package org.resnetserving.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.resnetserving.FreePort;

/**
 * A real Prometheus scrapes the real service: at rest, then under more traffic than it takes. What
 * the dashboard, the rules and the autoscaler ask is asked of both.
 */
@Tag("ops")
class PrometheusIT {

  /** How long traffic lasts at least, and at most: until Prometheus has seen all of it. */
  private static final Duration LEAST_TRAFFIC = Duration.ofSeconds(15);

  private static final Duration MOST_TRAFFIC = Duration.ofMinutes(3);

  /** What traffic is not meant to change; it must be there all the same. */
  private static final List<String> STEADY =
      List.of(
          "resnet_model_state",
          "resnet_model_info",
          "resnet_build_info",
          "resnet_workers{",
          "resnet_workers_replaced_total",
          "resnet_memory_limit_bytes");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Running> running = new ArrayList<>();
  private static final Map<String, JsonNode> atRest = new LinkedHashMap<>();
  private static final Map<String, JsonNode> underTraffic = new LinkedHashMap<>();
  private static String prometheus;
  private static int management;
  private static HttpServer collector;

  @BeforeAll
  static void trafficAfterRest() throws Exception {
    int port = FreePort.next();
    management = FreePort.next();
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    Running service =
        Running.start(
            "prometheus-service",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Small, so that there are collections to be seen.
                "-Xmx160m",
                "-jar",
                "target/resnet-serving.jar",
                "--models=resnet50-tiny-imagenet",
                "--resnet.serving.queue=12",
                // With traces, metrics have exemplars, which Prometheus must be able to read.
                "--management.opentelemetry.tracing.export.otlp.endpoint=http://127.0.0.1:%d/v1/traces"
                    .formatted(collector.getAddress().getPort()),
                "--server.port=" + port,
                "--management.server.port=" + management));
    running.add(service);

    int prometheusPort = FreePort.next();
    prometheus = "http://127.0.0.1:" + prometheusPort;
    Path config = Running.WORK.resolve("prometheus.yml");
    Files.writeString(config, configuration(management));
    Path data = Files.createTempDirectory(Running.WORK, "prometheus");
    Running server =
        Running.start(
            "prometheus",
            List.of(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + data,
                "--web.listen-address=127.0.0.1:" + prometheusPort));
    running.add(server);
    server.await(URI.create(prometheus + "/-/ready"), Duration.ofMinutes(3));
    URI ready = URI.create("http://127.0.0.1:%d/readyz".formatted(port));
    service.await(ready, Duration.ofMinutes(10));

    // One of each kind of answer, so that their series exist and have a rate of nothing.
    URI classify = URI.create("http://127.0.0.1:%d/v1/classify".formatted(port));
    byte[] picture = Files.readAllBytes(Chart.DIRECTORY.resolve("files/espresso.jpg"));
    byte[] rubbish = "This is not a picture.".getBytes(UTF_8);
    assertThat(Running.post(classify, picture).body()).contains("espresso");
    assertThat(Running.post(classify, rubbish).statusCode()).isEqualTo(415);
    Thread.sleep(15_000);
    askAll(atRest);

    AtomicBoolean over = new AtomicBoolean();
    ExecutorService clients = Executors.newFixedThreadPool(32);
    List<Future<Integer>> counts = new ArrayList<>();
    for (int client = 0; client < 32; client++) {
      byte[] sent = client == 0 ? rubbish : picture;
      counts.add(
          clients.submit(
              () -> {
                int count = 0;
                while (!over.get()) {
                  Running.post(classify, sent);
                  count++;
                }
                return count;
              }));
    }
    Thread.sleep(LEAST_TRAFFIC.toMillis());
    long end = System.nanoTime() + MOST_TRAFFIC.toNanos();
    do {
      Thread.sleep(1_000);
      askAll(underTraffic);
    } while (!isSeen() && System.nanoTime() < end);
    over.set(true);
    for (Future<Integer> count : counts) {
      assertThat(count.get()).isPositive();
    }
    clients.shutdown();
  }

  /** Whether traffic changed all that it should, and more pods are asked for. */
  private static boolean isSeen() throws Exception {
    return expressions().stream().allMatch(expression -> complaint(expression).isEmpty())
        && pods() > 1;
  }

  /** The labels are what the ServiceMonitor makes of the chart's release. */
  private static String configuration(int management) {
    return """
        global: {scrape_interval: 2s, evaluation_interval: 1s}
        rule_files: [%s]
        scrape_configs:
          - job_name: %s
            metrics_path: /actuator/prometheus
            static_configs:
              - targets: ["127.0.0.1:%d"]
                labels: {namespace: %s}
        """
        .formatted(
            Chart.DIRECTORY.resolve("files/rules.yml").toAbsolutePath(),
            Chart.RELEASE,
            management,
            Chart.NAMESPACE);
  }

  private static void askAll(Map<String, JsonNode> answers) throws Exception {
    for (String query : expressions()) {
      answers.put(query, ask(query));
    }
    answers.put(autoscaler(), ask(autoscaler()));
  }

  private static JsonNode ask(String query) throws Exception {
    URI address = URI.create(prometheus + "/api/v1/query?query=" + URLEncoder.encode(query, UTF_8));
    JsonNode answer = JSON.readTree(Running.get(address).body());
    assertThat(answer.path("status").asText()).as("%s: %s", query, answer).isEqualTo("success");
    return answer.at("/data/result");
  }

  /** The dashboard's expressions, as Grafana sends them with All chosen. */
  private static List<String> expressions() throws Exception {
    JsonNode dashboard = JSON.readTree(Chart.file("files/dashboard.json"));
    return stream(dashboard.get("panels"))
        .flatMap(panel -> stream(panel.path("targets")))
        .map(target -> target.get("expr").asText())
        .map(
            expression ->
                expression
                    .replace("$__rate_interval", "12s")
                    .replace("$namespace", ".*")
                    .replace("$job", ".*")
                    .replace("$model", ".*"))
        .toList();
  }

  private static String autoscaler() {
    return Chart.ci("autoscaling-keda")
        .only("ScaledObject")
        .at("/spec/triggers/0/metadata/query")
        .asText();
  }

  @AfterAll
  static void stop() throws Exception {
    for (Running program : running) {
      program.close();
    }
    collector.stop(0);
  }

  /**
   * Debian's Prometheus is 2.42, which drops a whole scrape for an exemplar on a {@code _count}.
   */
  @Test
  void scrapes_withTracesOn_areTaken() throws Exception {
    HttpResponse<String> scrape =
        Running.get(
            URI.create("http://127.0.0.1:%d/actuator/prometheus".formatted(management)),
            "application/openmetrics-text; version=1.0.0");
    assertThat(scrape.body().lines().filter(line -> line.contains("# {")))
        .as("exemplars")
        .isNotEmpty()
        .allMatch(
            line -> line.matches("[a-z_]+_(bucket|total)\\{.*") && line.contains("trace_id="));
    // Those scrapes that the traffic had wait for longer than they may are over.
    await()
        .untilAsserted(
            () ->
                assertThat(ask("min_over_time(up[5s])").at("/0/value/1").asText()).isEqualTo("1"));
  }

  @Test
  void dashboard_asksForWhatTrafficChanges() throws Exception {
    assertThat(expressions())
        .hasSizeGreaterThan(15)
        .noneMatch(expression -> expression.contains("vector("));
    assertThat(expressions().stream().map(PrometheusIT::complaint).filter(c -> !c.isEmpty()))
        .isEmpty();
  }

  private static String complaint(String expression) {
    Map<String, Double> before = values(atRest.get(expression));
    Map<String, Double> after = values(underTraffic.get(expression));
    if (after.isEmpty()) {
      return expression + " gives nothing";
    }
    if (!after.values().stream().allMatch(Double::isFinite)) {
      return "%s gives %s".formatted(expression, after);
    }
    boolean steady = STEADY.stream().anyMatch(expression::contains);
    return steady || !after.equals(before)
        ? ""
        : "%s gives %s, as it did at rest".formatted(expression, after);
  }

  private static Map<String, Double> values(JsonNode result) {
    Map<String, Double> values = new TreeMap<>();
    stream(result)
        .forEach(
            sample ->
                values.put(
                    sample.get("metric").toString(),
                    Double.parseDouble(sample.at("/value/1").asText())));
    return values;
  }

  @Test
  void autoscaler_asksForMorePodsWhenRequestsQueue() {
    // KEDA takes one number; two would be an error.
    assertThat(atRest.get(autoscaler())).hasSize(1);
    assertThat(underTraffic.get(autoscaler())).hasSize(1);
    assertThat(work(atRest)).isLessThan(threshold());
    assertThat(pods()).as("pods for %s pictures", work(underTraffic)).isGreaterThan(1);
  }

  private static double work(Map<String, JsonNode> answers) {
    return answers.get(autoscaler()).at("/0/value/1").asDouble();
  }

  private static double threshold() {
    return Chart.ci("autoscaling-keda")
        .only("ScaledObject")
        .at("/spec/triggers/0/metadata/threshold")
        .asDouble();
  }

  private static double pods() {
    return Math.ceil(work(underTraffic) / threshold());
  }

  @Test
  void rules_areEvaluatedAndRecordSomething() throws Exception {
    JsonNode groups =
        JSON.readTree(Running.get(URI.create(prometheus + "/api/v1/rules")).body())
            .at("/data/groups");
    List<JsonNode> rules = stream(groups).flatMap(group -> stream(group.get("rules"))).toList();
    assertThat(rules).hasSizeGreaterThan(15);
    assertThat(rules).allMatch(rule -> rule.get("health").asText().equals("ok"), "healthy");
    assertThat(rules)
        .filteredOn(rule -> rule.get("type").asText().equals("recording"))
        .allSatisfy(
            rule ->
                await()
                    .untilAsserted(() -> assertThat(ask(rule.get("name").asText())).isNotEmpty()));
  }

  @Test
  void everyMeterOfOurs_isDescribed() throws Exception {
    JsonNode metadata =
        JSON.readTree(Running.get(URI.create(prometheus + "/api/v1/metadata")).body()).get("data");
    assertThat(metadata.properties())
        .filteredOn(meter -> meter.getKey().startsWith("resnet_"))
        .hasSizeGreaterThan(7)
        .allSatisfy(meter -> assertThat(meter.getValue().at("/0/help").asText()).isNotBlank());
  }
}
