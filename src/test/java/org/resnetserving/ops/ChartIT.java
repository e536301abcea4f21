package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.resnetserving.ops.Manifests.containers;
import static org.resnetserving.ops.Manifests.selects;
import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold for every way to use the chart: each has a file in {@code helm/ci}. */
class ChartIT {

  static List<Path> values() {
    return Chart.ciValues();
  }

  @Test
  void chart_lints() {
    LintResult result = Chart.helm().lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("values")
  void everyObject_isWhatItsKindAllows(Path values) {
    assertThat(Chart.with(values).objects())
        .hasSizeGreaterThan(4)
        .allSatisfy(KubernetesKinds::check);
  }

  @ParameterizedTest
  @MethodSource("values")
  void names_areUniqueAndShortEnough(Path values) {
    assertThat(Chart.with(values).objects())
        .extracting(object -> object.get("kind").asText() + "/" + name(object))
        .doesNotHaveDuplicates();
    String longest = "a".repeat(53);
    Manifests renamed =
        Manifests.parse(Chart.template().withName(longest).withValuesFile(values).call());
    assertThat(renamed.objects())
        .allSatisfy(object -> assertThat(name(object)).hasSizeLessThan(64));
  }

  @ParameterizedTest
  @MethodSource("values")
  void selectors_findTheServersPodsAndNotTheTests(Path values) {
    Manifests chart = Chart.with(values);
    List<JsonNode> selectors =
        Stream.of(
                chart.all("Service").stream().map(object -> object.at("/spec/selector")),
                Stream.of("Deployment", "PodDisruptionBudget")
                    .flatMap(kind -> chart.all(kind).stream())
                    .map(object -> object.at("/spec/selector/matchLabels")),
                chart.all("NetworkPolicy").stream()
                    .map(object -> object.at("/spec/podSelector/matchLabels")),
                stream(server(chart).path("topologySpreadConstraints"))
                    .map(spread -> spread.at("/labelSelector/matchLabels")))
            .flatMap(found -> found)
            .toList();
    assertThat(selectors).hasSizeGreaterThanOrEqualTo(3);

    JsonNode pods = chart.only("Deployment").at("/spec/template/metadata/labels");
    assertThat(selectors).allMatch(selector -> selects(selector, pods));
    JsonNode test = chart.only("Pod").at("/metadata/labels");
    assertThat(selectors).noneMatch(selector -> selects(selector, test));
    assertThat(chart.all("Job"))
        .extracting(job -> job.at("/spec/template/metadata/labels"))
        .allSatisfy(job -> assertThat(selectors).noneMatch(selector -> selects(selector, job)));
  }

  @ParameterizedTest
  @MethodSource("values")
  void ports_thatAreNamedExist(Path values) {
    Manifests chart = Chart.with(values);
    JsonNode container = server(chart).at("/containers/0");
    Set<String> ports =
        stream(container.get("ports"))
            .map(port -> port.get("name").asText())
            .collect(Collectors.toSet());

    assertThat(List.of("startupProbe", "readinessProbe", "livenessProbe"))
        .allSatisfy(
            probe ->
                assertThat(ports).contains(container.at("/" + probe + "/httpGet/port").asText()));
    assertThat(chart.all("Service"))
        .flatExtracting(service -> service.at("/spec/ports").findValuesAsText("targetPort"))
        .containsExactlyInAnyOrderElementsOf(ports);
    assertThat(chart.all("NetworkPolicy"))
        .flatExtracting(policy -> policy.at("/spec/ingress").findValuesAsText("port"))
        .allMatch(ports::contains);
  }

  @ParameterizedTest
  @MethodSource("values")
  void mounts_haveVolumesThatExist(Path values) {
    Manifests chart = Chart.with(values);
    assertThat(chart.podSpecs())
        .allSatisfy(
            pod -> {
              List<String> volumes =
                  stream(pod.get("volumes")).map(volume -> volume.get("name").asText()).toList();
              assertThat(volumes).doesNotHaveDuplicates();
              assertThat(containers(pod))
                  .flatExtracting(
                      container -> container.get("volumeMounts").findValuesAsText("name"))
                  .isSubsetOf(volumes);
            });
    JsonNode settings = volume(server(chart), "config");
    chart.named("ConfigMap", settings.at("/configMap/name").asText());
  }

  @ParameterizedTest
  @MethodSource("values")
  void containers_haveNoPrivileges(Path values) {
    assertThat(Chart.with(values).podSpecs())
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(
            pod -> {
              assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
              assertThat(pod.at("/securityContext/seccompProfile/type").asText())
                  .isEqualTo("RuntimeDefault");
              assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
              assertThat(containers(pod))
                  .extracting(container -> container.get("securityContext"))
                  .containsOnly(
                      Manifests.yaml(
                          "{allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,"
                              + " capabilities: {drop: [ALL]}}"));
              assertThat(containers(pod))
                  .allMatch(container -> container.at("/resources/limits").has("memory"));
            });
  }

  @ParameterizedTest
  @MethodSource("values")
  void stop_leavesTimeForTheLoadBalancersAndTheRequests(Path values) {
    Manifests chart = Chart.with(values);
    JsonNode pod = server(chart);
    JsonNode settings = settings(chart);
    int preStop = pod.at("/containers/0/lifecycle/preStop/exec/command/1").asInt();
    int drain = seconds(settings.at("/resnet/shutdown/drain-delay").asText());
    int phase = seconds(settings.at("/spring/lifecycle/timeout-per-shutdown-phase").asText());
    assertThat(preStop).isPositive();
    assertThat(drain).isPositive();
    assertThat(pod.get("terminationGracePeriodSeconds").asInt())
        .isGreaterThanOrEqualTo(preStop + drain + phase + 10);
    String promised = settings.at("/resnet/serving/max-deadline").asText();
    assertThat(phase).isGreaterThan(seconds(promised.isEmpty() ? defaultPromise() : promised));
  }

  @Test
  void stop_leavesTimeForWhatWasPromisedWithoutTheChartToo() throws IOException {
    int phase = seconds(service().at("/spring/lifecycle/timeout-per-shutdown-phase").asText());
    assertThat(phase).isGreaterThan(seconds(defaultPromise()));
    JsonNode compose = Manifests.yaml(Files.readString(Path.of("docker-compose.yml")));
    assertThat(seconds(compose.at("/services/resnet-serving/stop_grace_period").asText()))
        .isGreaterThanOrEqualTo(phase + 10);
  }

  private static String defaultPromise() {
    return service().at("/resnet/serving/max-deadline").asText();
  }

  /** The service's own settings. */
  private static JsonNode service() {
    try {
      return Manifests.yaml(Files.readString(Path.of("src/main/resources/application.yml")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int seconds(String duration) {
    return Integer.parseInt(duration.replace("s", ""));
  }

  @ParameterizedTest
  @MethodSource("values")
  void replicas_areOneMastersBusiness(Path values) {
    Manifests chart = Chart.with(values);
    List<JsonNode> autoscalers =
        Stream.of("HorizontalPodAutoscaler", "ScaledObject")
            .flatMap(kind -> chart.all(kind).stream())
            .toList();
    JsonNode deployment = chart.only("Deployment");

    assertThat(autoscalers).hasSizeLessThanOrEqualTo(1);
    assertThat(deployment.get("spec").has("replicas")).isEqualTo(autoscalers.isEmpty());
    assertThat(autoscalers)
        .allSatisfy(
            autoscaler -> {
              JsonNode target = autoscaler.at("/spec/scaleTargetRef");
              assertThat(target.get("kind")).isEqualTo(deployment.get("kind"));
              assertThat(target.get("apiVersion")).isEqualTo(deployment.get("apiVersion"));
              assertThat(target.get("name").asText()).isEqualTo(name(deployment));
            });
  }

  @ParameterizedTest
  @MethodSource("values")
  void accounts_thatAreUsedExistOrAreTheDefault(Path values) {
    Manifests chart = Chart.with(values);
    String account = server(chart).get("serviceAccountName").asText();
    assertThat(chart.all("ServiceAccount"))
        .extracting(ChartIT::name)
        .isEqualTo(account.equals("default") ? List.of() : List.of(account));
  }

  static JsonNode server(Manifests chart) {
    return chart.only("Deployment").at("/spec/template/spec");
  }

  static JsonNode settings(Manifests chart) {
    String name = volume(server(chart), "config").at("/configMap/name").asText();
    return Manifests.yaml(
        chart.named("ConfigMap", name).get("data").get("application.yml").asText());
  }

  static JsonNode volume(JsonNode pod, String name) {
    return stream(pod.get("volumes"))
        .filter(volume -> volume.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }
}
