package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.resnetserving.ops.Containers.shell;
import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.resnetserving.FreePort;

/**
 * {@code docker compose up} by the real Compose, on podman's Docker socket. Prometheus is Debian's;
 * Grafana, which no package has, is a file server in its place: what is mounted into it is checked,
 * what Grafana makes of it is not.
 */
@Tag("ops")
class ComposeIT {

  private static final String COMPOSE = Containers.TOOLS.resolve("docker-compose").toString();
  private static final Path FILE = Running.WORK.resolve("compose.yml");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> environment = new LinkedHashMap<>();
  private static Running podman;
  private static Running health;

  @BeforeAll
  static void up() throws Exception {
    Containers.build();
    withoutDigests();
    shell(
        Duration.ofMinutes(15),
        """
        context=$(mktemp -d -p "$STORE")
        cp -L /usr/bin/prometheus "$context"
        cat > "$context/Dockerfile" <<'EOF'
        FROM eclipse-temurin:25-jdk AS base
        RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends wget > /dev/null
        FROM base AS prometheus
        COPY prometheus /bin/prometheus
        ENTRYPOINT ["/bin/prometheus"]
        FROM base AS grafana
        RUN mkdir -p /www/api && echo ok > /www/api/health
        ENTRYPOINT ["jwebserver", "--bind-address", "0.0.0.0", "--port", "3000", "--directory", "/www"]
        EOF
        for image in prom/prometheus:v3.5.0 grafana/grafana:12.1.0; do
          stage=${image#*/}
          buildah build --quiet --layers --isolation=chroot --pull=never --target=${stage%:*} --tag docker.io/$image "$context"
        done
        rm -rf "$context"
        """);
    Path socket = Files.createTempDirectory("podman").resolve("socket");
    podman =
        Running.start(
            "podman",
            List.of(
                "bash",
                "-euc",
                ". src/test/ops/containers.sh;"
                    + " sed /netns/d $CONTAINERS_CONF > $STORE/compose.conf;"
                    + " export CONTAINERS_CONF=$STORE/compose.conf;"
                    + " exec podman system service --time=0 unix://"
                    + socket));
    // Podman leaves the timing of health checks to systemd, which is not here.
    health =
        Running.start(
            "health",
            List.of(
                "bash",
                "-uc",
                ". src/test/ops/containers.sh;"
                    + " while sleep 1; do for c in $(podman ps --quiet --filter name=resnet-compose); do"
                    + " podman healthcheck run $c > /dev/null 2>&1; done; done"));
    environment.put("DOCKER_HOST", "unix://" + socket);
    environment.put("RESNET_IMAGE", Containers.IMAGE);
    for (String port : List.of("RESNET_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT")) {
      environment.put(port, Integer.toString(FreePort.next()));
    }
    for (int i = 0; i < 600 && !Files.exists(socket); i++) {
      Thread.sleep(100);
    }
    compose("up", "--detach", "--no-build", "--pull=never");
    Running.await(
        address("RESNET_PORT", "/readyz"),
        Duration.ofMinutes(10),
        () -> compose("logs", "resnet-serving"));
  }

  @AfterAll
  static void down() throws Exception {
    try {
      compose("down", "--volumes", "--timeout=40");
    } finally {
      health.close();
      podman.close();
    }
  }

  private static String compose(String... words) throws Exception {
    return compose(FILE, words);
  }

  private static String compose(Path file, String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(COMPOSE, "--project-name=resnet-compose", "--project-directory=."));
    command.addAll(List.of("--file", file.toString()));
    command.addAll(List.of(words));
    return Running.run(Duration.ofMinutes(5), environment, command.toArray(String[]::new));
  }

  /** The stack with the images' tags alone: their digests are those of images that are not here. */
  private static Path withoutDigests() throws Exception {
    String stack = Files.readString(Path.of("docker-compose.yml"));
    String local = stack.replaceAll("@sha256:[0-9a-f]{64}", "");
    assertThat(local).isNotEqualTo(stack);
    Files.createDirectories(Running.WORK);
    return Files.writeString(FILE, local);
  }

  private static URI address(String port, String path) {
    return URI.create("http://127.0.0.1:" + environment.get(port) + path);
  }

  @Test
  void file_isWhatTheSpecificationAllows() throws Exception {
    compose(Path.of("docker-compose.yml"), "config", "--quiet");
    Path wrong = Running.WORK.resolve("wrong-compose.yml");
    Files.writeString(
        wrong, Files.readString(Path.of("docker-compose.yml")).replace("read_only:", "readonly:"));
    assertThatThrownBy(() -> compose(wrong, "config", "--quiet"))
        .hasMessageContaining("readonly is not allowed");
  }

  @Test
  void prometheus_isHealthyBeforeGrafanaAndDoesNotWaitForDownloads() throws Exception {
    JsonNode config = JSON.readTree(compose("config", "--format=json")).get("services");
    assertThat(config.at("/prometheus/depends_on/resnet-serving/condition").asText())
        .isEqualTo("service_started");
    assertThat(config.at("/grafana/depends_on/prometheus/condition").asText())
        .isEqualTo("service_healthy");
    byte[] picture = Files.readAllBytes(Chart.DIRECTORY.resolve("files/espresso.jpg"));
    assertThat(Running.post(address("RESNET_PORT", "/v1/classify"), picture).body())
        .contains("espresso");
  }

  @Test
  void everyService_hasLimitsAndLogsThatEnd() throws Exception {
    JsonNode services = JSON.readTree(compose("config", "--format=json")).get("services");
    assertThat(services)
        .hasSize(3)
        .allSatisfy(
            service -> {
              assertThat(service.path("mem_limit").asLong()).isPositive();
              assertThat(service.path("cpus").asDouble()).isPositive();
              assertThat(service.path("pids_limit").asInt()).isPositive();
              assertThat(service.at("/logging/options").has("max-size")).isTrue();
              assertThat(service.at("/cap_drop/0").asText()).isEqualTo("ALL");
            });
  }

  /** Grafana itself is not here; these are its settings for "no account at all". */
  @Test
  void grafana_hasNoAdminWithAPasswordThatEverybodyKnows() throws Exception {
    JsonNode settings =
        JSON.readTree(compose("config", "--format=json")).at("/services/grafana/environment");
    assertThat(settings.get("GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION").asText())
        .isEqualTo("true");
    assertThat(settings.get("GF_AUTH_DISABLE_LOGIN_FORM").asText()).isEqualTo("true");
    assertThat(settings.get("GF_AUTH_BASIC_ENABLED").asText()).isEqualTo("false");
    assertThat(settings.get("GF_AUTH_ANONYMOUS_ORG_ROLE").asText()).isEqualTo("Viewer");
  }

  @Test
  void prometheus_scrapesTheServiceAndHasTheRules() throws Exception {
    String query = URLEncoder.encode("sum(resnet_workers)", StandardCharsets.UTF_8);
    JsonNode answer = null;
    for (int i = 0; i < 240 && (answer == null || answer.at("/data/result").isEmpty()); i++) {
      Thread.sleep(500);
      answer =
          JSON.readTree(
              Running.get(address("PROMETHEUS_PORT", "/api/v1/query?query=" + query)).body());
    }
    assertThat(answer.at("/data/result/0/value/1").asText()).isEqualTo("2");
    JsonNode rules = JSON.readTree(Running.get(address("PROMETHEUS_PORT", "/api/v1/rules")).body());
    assertThat(rules.at("/data/groups").findValuesAsText("name")).contains("ResNetFailing");
  }

  @Test
  void grafana_hasTheDashboardWhereItsProviderLooks() throws Exception {
    String container = compose("ps", "--quiet", "grafana").strip();
    String provider =
        shell(
            "podman exec %s sh -c 'cat /etc/grafana/provisioning/dashboards/*.yml'"
                .formatted(container));
    String folder = Manifests.yaml(provider).at("/providers/0/options/path").asText();
    String dashboard = shell("podman exec %s sh -c 'cat %s/*.json'".formatted(container, folder));
    assertThat(JSON.readTree(dashboard))
        .isEqualTo(JSON.readTree(Chart.file("files/dashboard.json")));
    String source =
        shell(
            "podman exec %s sh -c 'cat /etc/grafana/provisioning/datasources/*.yml'"
                .formatted(container));
    URI prometheus = URI.create(Manifests.yaml(source).at("/datasources/0/url").asText());
    // The address it is told is one that its network has.
    assertThat(shell("podman exec %s wget -q -O - %s/-/ready".formatted(container, prometheus)))
        .contains("Ready");
    assertThat(stream(Manifests.yaml(source).get("datasources"))).hasSize(1);
  }
}
