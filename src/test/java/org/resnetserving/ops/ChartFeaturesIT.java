package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.resnetserving.ops.ChartIT.server;
import static org.resnetserving.ops.ChartIT.settings;
import static org.resnetserving.ops.ChartIT.volume;
import static org.resnetserving.ops.Manifests.containers;
import static org.resnetserving.ops.Manifests.selects;
import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.bulk.Shard;

/** What each feature of the chart is for. */
class ChartFeaturesIT {

  @Test
  void default_isTwoPodsThatServeTheBundledModel() {
    Manifests chart = Chart.ci("default");
    assertThat(chart.only("Deployment").at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(settings(chart).at("/resnet/models/0").asText()).isEqualTo("resnet50-tiny-imagenet");
    assertThat(chart.objects())
        .extracting(object -> object.get("kind").asText())
        .containsExactlyInAnyOrder(
            "ConfigMap",
            "Deployment",
            "PodDisruptionBudget",
            "Service",
            "Service",
            "ServiceAccount",
            "ConfigMap",
            "Pod");
  }

  @Test
  void probes_giveAStartTwoMinutesAndASilenceOneBeforeARestart() {
    JsonNode container = server(Chart.ci("default")).at("/containers/0");
    assertThat(budget(container.get("startupProbe"))).isGreaterThanOrEqualTo(120);
    assertThat(budget(container.get("livenessProbe"))).isGreaterThanOrEqualTo(60);
    // An overloaded pod must leave the Service before anything restarts it.
    assertThat(budget(container.get("readinessProbe")))
        .isLessThan(budget(container.get("livenessProbe")) / 4);
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/livez");
  }

  @Test
  void keysAndCertificates_comeFromSecretsAndProbesNeedNone() {
    Manifests chart = Chart.ci("access");
    JsonNode settings = settings(chart);
    assertThat(settings.at("/resnet/security/api-keys-file").asText()).isEqualTo("/keys/keys");
    assertThat(settings.at("/resnet/cors/allowed-origins/0").asText())
        .isEqualTo("https://pictures.example.org");
    assertThat(settings.at("/server/ssl/client-auth").asText()).isEqualTo("need");
    assertThat(settings.at("/management/server/ssl/enabled").asBoolean(true)).isFalse();
    assertThat(volume(server(chart), "keys").at("/secret/secretName").asText())
        .isEqualTo("picture-keys");
    assertThat(volume(server(chart), "clients").at("/secret/secretName").asText())
        .isEqualTo("picture-clients");
    JsonNode container = server(chart).at("/containers/0");
    assertThat(container.at("/readinessProbe/httpGet/port").asText()).isEqualTo("management");
    assertThat(container.at("/livenessProbe/httpGet/path").asText())
        .isEqualTo("/actuator/health/liveness");
  }

  @Test
  void tls_ofTheServiceItself_isSpokenByItsProbesAndTold() {
    Manifests chart = Chart.ci("access-tls");
    JsonNode web = settings(chart).at("/spring/ssl/bundle/pem/web");
    assertThat(web.at("/keystore/certificate").asText()).isEqualTo("file:/tls/tls.crt");
    assertThat(web.at("/reload-on-update").asBoolean()).isTrue();
    assertThat(settings(chart).at("/server/ssl").has("client-auth")).isFalse();
    JsonNode probe = server(chart).at("/containers/0/readinessProbe/httpGet");
    assertThat(probe.get("scheme").asText()).isEqualTo("HTTPS");
    assertThat(probe.get("path").asText()).isEqualTo("/readyz");
    assertThat(
            chart
                .named("Service", "pictures-resnet-serving")
                .at("/spec/ports/0/appProtocol")
                .asText())
        .isEqualTo("https");
    assertThat(chart.only("Pod").at("/spec/containers").toString()).contains("https://");
  }

  @Test
  void test_ofAServiceThatAsksForKeys_looksWhetherItIsRefused() {
    Manifests chart = Chart.withValues("access: {keysSecret: picture-keys}");
    assertThat(chart.only("Pod").at("/spec/containers").toString()).contains("grep -q 401");
  }

  @Test
  void certificatesOfClients_withoutTls_areRefused() {
    assertThatThrownBy(() -> Chart.withValues("tls: {clientSecret: picture-clients}"))
        .hasMessageContaining("set tls.secret too");
  }

  private static int budget(JsonNode probe) {
    return probe.get("periodSeconds").asInt() * probe.get("failureThreshold").asInt();
  }

  @Test
  void precision_isAskedOfAllPodsAlike() {
    Manifests chart = Chart.ci("precision");
    assertThat(settings(chart).at("/resnet/serving/precision").asText()).isEqualTo("bf16");
    assertThat(settings(chart).at("/resnet/serving/max-batch").asInt()).isEqualTo(4);
    assertThat(settings(Chart.ci("default")).at("/resnet/serving").isMissingNode()).isTrue();
  }

  @Test
  void precision_thatIsSaidTwice_isRefused() {
    assertThatThrownBy(
            () ->
                Manifests.parse(
                    Chart.template()
                        .set("precision", "bf16")
                        .set("config.resnet.serving.precision", "fp32")
                        .call()))
        .hasMessageContaining("is the value precision, which is set too");
  }

  @Test
  void cpuAutoscaler_hasARequestToBeAPercentageOf() {
    Manifests chart = Chart.ci("autoscaling-cpu");
    JsonNode autoscaler = chart.only("HorizontalPodAutoscaler").get("spec");
    assertThat(autoscaler.at("/metrics/0/resource/name").asText()).isEqualTo("cpu");
    assertThat(autoscaler.at("/metrics/0/resource/target/averageUtilization").asInt())
        .isEqualTo(60);
    assertThat(server(chart).at("/containers/0/resources/requests").has("cpu")).isTrue();
  }

  @Test
  void kedaQuery_asksForTheJobThatTheServiceMonitorMakes() {
    Manifests chart = Chart.ci("autoscaling-keda");
    JsonNode trigger = chart.only("ScaledObject").at("/spec/triggers/0");
    JsonNode monitor = chart.only("ServiceMonitor").get("spec");
    JsonNode monitored =
        chart.all("Service").stream()
            .filter(
                service ->
                    selects(monitor.at("/selector/matchLabels"), service.at("/metadata/labels")))
            .reduce(
                (one, other) -> {
                  throw new AssertionError("Two Services are scraped");
                })
            .orElseThrow();

    String job = monitored.at("/metadata/labels").get(monitor.get("jobLabel").asText()).asText();
    assertThat(trigger.at("/metadata/query").asText())
        .contains("resnet_queued{namespace=\"%s\",job=\"%s\"}".formatted(Chart.NAMESPACE, job))
        .contains("resnet_running{namespace=\"%s\",job=\"%s\"}".formatted(Chart.NAMESPACE, job));
    assertThat(trigger.get("metricType").asText()).isEqualTo("AverageValue");
    assertThat(monitored.at("/spec/ports").findValuesAsText("name"))
        .contains(monitor.at("/endpoints/0/port").asText());
    assertThat(monitor.at("/endpoints/0/path").asText()).isEqualTo("/actuator/prometheus");
  }

  @Test
  void monitoring_bringsTheSharedFiles() throws Exception {
    Manifests chart = Chart.ci("monitoring");
    assertThat(chart.only("PrometheusRule").get("spec"))
        .isEqualTo(Manifests.yaml(Chart.file("files/rules.yml")));
    JsonNode dashboard = chart.named("ConfigMap", "pictures-resnet-serving-dashboard");
    assertThat(dashboard.at("/data/resnet-serving.json").asText())
        .isEqualToIgnoringNewLines(Chart.file("files/dashboard.json"));
    assertThat(dashboard.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
  }

  @Test
  void networkPolicy_canKeepAllTrafficIn() {
    JsonNode policy = Chart.ci("networkpolicy").only("NetworkPolicy").get("spec");
    assertThat(policy.get("policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
    assertThat(policy.get("egress")).isEmpty();
    assertThat(policy.at("/ingress/1/from/0/namespaceSelector/matchLabels").toString())
        .isEqualTo("{\"kubernetes.io/metadata.name\":\"observability\"}");
    assertThat(policy.at("/ingress/1/ports/0/port").asText()).isEqualTo("management");
  }

  @Test
  void grpc_whereItHasAPort_isReachedThroughTheService() {
    Manifests chart = Chart.ci("grpc");
    assertThat(settings(chart).at("/spring/grpc/server/port").asInt()).isEqualTo(9000);
    assertThat(server(chart).at("/containers/0/ports/2").toString())
        .isEqualTo("{\"name\":\"grpc\",\"containerPort\":9000}");
    JsonNode port = chart.named("Service", "pictures-resnet-serving").at("/spec/ports/1");
    assertThat(port.get("port").asInt()).isEqualTo(9000);
    assertThat(port.get("targetPort").asText()).isEqualTo("grpc");
    assertThat(port.get("appProtocol").asText()).isEqualTo("kubernetes.io/h2c");
    assertThat(chart.only("NetworkPolicy").at("/spec/ingress/0/ports").findValuesAsText("port"))
        .containsExactly("http", "grpc");
    Manifests without = Chart.ci("default");
    assertThat(settings(without).at("/spring").has("grpc")).isFalse();
    assertThat(server(without).at("/containers/0/ports")).hasSize(2);
    assertThat(without.named("Service", "pictures-resnet-serving").at("/spec/ports")).hasSize(1);
  }

  @Test
  void traces_goToTheEndpointAndThePolicyLetsThemOut() {
    Manifests chart = Chart.ci("tracing");
    assertThat(
            settings(chart).at("/management/opentelemetry/tracing/export/otlp/endpoint").asText())
        .isEqualTo("http://collector.observability:4318/v1/traces");
    assertThat(settings(chart).at("/logging/structured/format/console").asText()).isEqualTo("ecs");
    assertThat(chart.only("NetworkPolicy").at("/spec/egress").findValuesAsText("port"))
        .containsExactly("53", "53", "5353", "5353", "4318");
    assertThat(settings(Chart.ci("default")).has("management")).isFalse();
    assertThat(settings(Chart.ci("default")).has("logging")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.5/v1/traces, 80",
    "https://otel2/v1/traces, 443",
    "https://otel2:4318/v1/traces, 4318",
    "'http://[fd00::5]/v1/traces', 80",
    "'http://[fd00::5]:4318', 4318",
  })
  void traces_areLetOutToTheEndpointsPort(String endpoint, String port) {
    Manifests chart =
        Chart.withValues(
            "{networkPolicy: {enabled: true, allowDownloads: false}, tracing: {endpoint: \"%s\"}}"
                .formatted(endpoint));
    assertThat(chart.only("NetworkPolicy").at("/spec/egress/1/ports/0/port").asText())
        .isEqualTo(port);
  }

  @Test
  void routes_leadToThePublicService() {
    Manifests ingress = Chart.ci("ingress");
    JsonNode backend = ingress.only("Ingress").at("/spec/rules/0/http/paths/0/backend/service");
    JsonNode service = ingress.named("Service", backend.get("name").asText());
    assertThat(service.at("/spec/ports/0/name")).isEqualTo(backend.at("/port/name"));

    Manifests route = Chart.ci("httproute");
    JsonNode reference = route.only("HTTPRoute").at("/spec/rules/0/backendRefs/0");
    JsonNode routed = route.named("Service", reference.get("name").asText());
    assertThat(routed.at("/spec/ports/0/port")).isEqualTo(reference.get("port"));
    assertThat(routed.at("/metadata/name").asText()).doesNotEndWith("management");
  }

  @Test
  void cache_isAClaimThatTheInitContainerFills() {
    Manifests chart = Chart.ci("cache-pvc");
    JsonNode pod = server(chart);
    String claim = volume(pod, "cache").at("/persistentVolumeClaim/claimName").asText();
    chart.named("PersistentVolumeClaim", claim);
    assertThat(pod.at("/initContainers/0/args").toString())
        .isEqualTo("[\"models\",\"pull\",\"resnet50\",\"resnet152\"]");
    // The same cache, for the one that fills it and the one that reads it.
    assertThat(pod.at("/initContainers/0/volumeMounts"))
        .isEqualTo(pod.at("/containers/0/volumeMounts"));
    JsonNode egress = chart.only("NetworkPolicy").at("/spec/egress");
    assertThat(egress.findValuesAsText("port")).containsExactly("53", "53", "5353", "5353", "3128");
    assertThat(egress.at("/1/to/0/ipBlock/cidr").asText()).isEqualTo("10.1.2.3/32");

    Manifests existing = Chart.ci("cache-existing");
    assertThat(existing.has("PersistentVolumeClaim")).isFalse();
    assertThat(volume(server(existing), "cache").at("/persistentVolumeClaim/claimName").asText())
        .isEqualTo("models");
  }

  @Test
  void gpus_areLimitsBesideTheOthers() {
    JsonNode pod = server(Chart.ci("gpu"));
    assertThat(pod.at("/containers/0/resources/limits").toString())
        .isEqualTo("{\"cpu\":\"4\",\"memory\":\"8Gi\",\"nvidia.com/gpu\":\"1\"}");
    assertThat(pod.get("runtimeClassName").asText()).isEqualTo("nvidia");
    assertThat(strategy(Chart.ci("gpu")).at("/rollingUpdate/maxSurge").asInt(-1)).isZero();
  }

  @Test
  void rollOut_neverHasFewerPodsUnlessOnlyOneCanHaveTheCache() {
    assertThat(strategy(Chart.ci("default")).toString())
        .isEqualTo(
            "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":0,\"maxSurge\":1}}");
    assertThat(strategy(Chart.ci("cache-pvc")).get("type").asText()).isEqualTo("RollingUpdate");
    assertThat(strategy(Chart.ci("cache-single")).toString()).isEqualTo("{\"type\":\"Recreate\"}");
    Manifests pinned =
        Chart.withValues(
            "{modelCache: {kind: pvc, accessMode: ReadWriteOnce}, nodeSelector: {node: one}}");
    assertThat(strategy(pinned).get("type").asText()).isEqualTo("RollingUpdate");
    Manifests one =
        Chart.withValues("{replicas: 1, modelCache: {kind: pvc, accessMode: ReadWriteOnce}}");
    assertThat(strategy(one).get("type").asText()).isEqualTo("Recreate");
  }

  private static JsonNode strategy(Manifests chart) {
    return chart.only("Deployment").at("/spec/strategy");
  }

  @ParameterizedTest
  @CsvSource({"1s, 60s", "15s, 60s", "500ms, 60s", "30s, 120s", "2m, 480s"})
  void kedaQuery_averagesOverSeveralScrapes(String interval, String window) {
    Manifests chart =
        Chart.withValues(
            "{autoscaling: {kind: keda}, metrics: {serviceMonitor: {interval: %s}}}"
                .formatted(interval));
    assertThat(chart.only("ScaledObject").at("/spec/triggers/0/metadata/query").asText())
        .containsPattern("resnet_queued[^\\[]*\\[" + window + "]")
        .containsPattern("resnet_running[^\\[]*\\[" + window + "]");
  }

  @Test
  void values_thatLookLikeOtherTypes_staySuch() {
    Manifests chart =
        Chart.withValues(
            """
            models: ["18", "true"]
            pull: {enabled: true}
            priorityClassName: "9"
            ingress: {enabled: true, host: "*.resnet.test"}
            """);
    assertThat(chart.objects()).allSatisfy(KubernetesKinds::check);
    JsonNode pod = server(chart);
    assertThat(pod.at("/initContainers/0/args").toString())
        .isEqualTo("[\"models\",\"pull\",\"18\",\"true\"]");
    assertThat(pod.get("priorityClassName").isTextual()).isTrue();
    assertThat(settings(chart).at("/resnet/models").toString()).isEqualTo("[\"18\",\"true\"]");
    assertThat(chart.only("Ingress").at("/spec/rules/0/host").asText()).isEqualTo("*.resnet.test");
  }

  @Test
  void values_thatAreNull_areNone() {
    Manifests chart =
        Chart.withValues("{resources: null, config: null, podLabels: null, gpu: {count: 1}}");
    assertThat(server(chart).at("/containers/0/resources").toString())
        .isEqualTo("{\"limits\":{\"nvidia.com/gpu\":\"1\"}}");
    assertThat(server(Chart.withValues("resources: null")).at("/containers/0/resources")).isEmpty();
  }

  @Test
  void labels_forTheMonitorsMayBeCommonOnesToo() {
    Manifests chart =
        Chart.withValues(
            """
            commonLabels: {release: one}
            podLabels: {release: two}
            metrics:
              serviceMonitor: {enabled: true, labels: {release: prometheus}}
              rules: {enabled: true, labels: {app.kubernetes.io/part-of: monitoring}}
            """);
    assertThat(chart.only("ServiceMonitor").at("/metadata/labels/release").asText())
        .isEqualTo("prometheus");
    JsonNode pods = chart.only("Deployment").at("/spec/template/metadata/labels");
    assertThat(pods.get("release").asText()).isEqualTo("two");
  }

  @Test
  void image_isTheSameEverywhere() {
    assertThat(Chart.ci("image").podSpecs())
        .flatExtracting(pod -> pod.findValuesAsText("image"))
        .containsOnly(
            "registry.test:5000/vision/resnet-serving@sha256:" + "0123456789abcdef".repeat(4));
    assertThat(Chart.ci("default").podSpecs())
        .flatExtracting(pod -> pod.findValuesAsText("image"))
        .containsOnly(
            "resnet-serving:"
                + Manifests.yaml(Chart.file("Chart.yaml")).get("appVersion").asText());
  }

  @Test
  void settings_areNewPodsWhenTheyChange() {
    Manifests chart = Chart.ci("configuration");
    assertThat(settings(chart).at("/resnet/serving/deadline").asText()).isEqualTo("2s");
    assertThat(settings(chart).at("/resnet/models").size()).isEqualTo(2);
    assertThat(checksum(chart)).isNotEqualTo(checksum(Chart.ci("default")));
    assertThat(checksum(Chart.ci("gpu"))).isEqualTo(checksum(Chart.ci("default")));
  }

  private static String checksum(Manifests chart) {
    return chart
        .only("Deployment")
        .at("/spec/template/metadata/annotations/checksum~1config")
        .asText();
  }

  @Test
  void test_sendsThePictureToThePublicService() {
    Manifests chart = Chart.ci("ingress");
    JsonNode pod = chart.only("Pod");
    JsonNode service = chart.named("Service", "pictures-resnet-serving");
    assertThat(pod.at("/metadata/annotations/hook").asText()).isEqualTo("test");
    assertThat(pod.at("/spec/containers/0/args/0").asText())
        .contains(
            "http://pictures-resnet-serving:%s/v1/classify"
                .formatted(service.at("/spec/ports/0/port").asText()));
    JsonNode elsewhere = Chart.ci("scheduling").only("Pod").get("spec");
    assertThat(elsewhere.get("nodeSelector"))
        .isEqualTo(server(Chart.ci("scheduling")).get("nodeSelector"));
    assertThat(elsewhere.get("tolerations"))
        .isEqualTo(server(Chart.ci("scheduling")).get("tolerations"));
    assertThat(Chart.ci("image").only("Pod").at("/spec/imagePullSecrets/0/name").asText())
        .isEqualTo("registry");
    JsonNode pictures = chart.named("ConfigMap", "pictures-resnet-serving-test");
    byte[] picture = Base64.getDecoder().decode(pictures.at("/binaryData/espresso.jpg").asText());
    assertThat(picture).startsWith(0xFF, 0xD8).hasSizeLessThan(20_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nosuch           | 1       | additional properties 'nosuch' not allowed
          probes.liveness.paths | /x | additional properties 'paths' not allowed
          autoscaling.kind | both    | value must be one of 'none', 'cpu', 'keda'
          autoscaling.minReplicas | 0 | minimum: got 0, want 1
          replicas         | many    | got string, want integer
          image.digest     | abc     | does not match pattern
          service.port     | 70000   | maximum
          modelCache.kind  | hostPath | value must be one of
          httpRoute.enabled | true   | name the Gateway
          models[0]        | 18      | got number, want string
          config.server.port | 9000  | what clients see is service.port
          config.server\\.port | 9000 | what clients see is service.port
          config.management.server.port | 9001 | go to 8081
          config.resnet.shutdown.drain-delay | 9s | is the value shutdown.drainSeconds
          env[0].name      | SERVER_PORT | would move the port
          commonLabels.app\\.kubernetes\\.io/part-of | x | is the chart's own
          podLabels.app\\.kubernetes\\.io/name | x | is the chart's own
          strategy.maxSurge | 0      | no pod could ever be replaced
          resources.limits.cpu | -1  | minimum: got -1, want 0
          resources.limits.cpu | much | does not match pattern
          probes.liveness.path | livez | does not match pattern
          httpRoute.timeouts.request | soon | does not match pattern
          metrics.rules.runbooks | https://example.org/pages | does not match pattern
          config.resnet.models-directory | /x | is ownModels
          config.resnet.models-watch | 10s | is the value ownModels.watch
          config.resnet.models-directory[0] | /x | is ownModels
          gpu.preset | nvidia        | needs gpu.image
          gpu.image | me/cuda:1      | is for gpu.preset
          bulk.enabled | true        | bulk.pictures: needs existingClaim or volume
          bulk.shards | 0            | minimum: got 0, want 1
          bulk.source | /etc         | does not match pattern
          bulk.topK | most           | does not match pattern
          """)
  void values_thatMakeNoSenseAreRefused(String path, String value, String message) {
    assertThatThrownBy(() -> Chart.template().set(path, value).call())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {ownModels: {configMap: a, existingClaim: b}} | exclude one another
          {ownModels: {configMap: a, volume: {emptyDir: {}}}} | exclude one another
          {ownModels: {watch: 10s}} | nothing to watch
          {autoscaling: {kind: cpu, minReplicas: 11}} | 11 is more than maxReplicas, 10
          {autoscaling: {kind: keda, minReplicas: 11}} | 11 is more than maxReplicas, 10
          {bulk: {enabled: true, pictures: {existingClaim: a}}} | bulk.results: needs existingClaim or volume
          {bulk: {enabled: true, pictures: {existingClaim: a, volume: {emptyDir: {medium: Memory}}}}} | one of the two
          {bulk: {enabled: true, parallelism: 9, pictures: {existingClaim: a}, results: {existingClaim: b}}} | more than the 8 shards
          {modelCache: {kind: pvc, accessMode: ReadWriteOncePod}} | is for one pod
          {modelCache: {kind: pvc, accessMode: ReadWriteOnce}} | is for one node
          {replicas: 1, autoscaling: {kind: cpu}, modelCache: {kind: pvc, accessMode: ReadWriteOncePod}} | is for one pod
          {replicas: 1, strategy: {type: RollingUpdate}, modelCache: {kind: pvc, accessMode: ReadWriteOncePod}} | would never start
          """)
  void values_thatContradictOneAnotherAreRefused(String values, String message) {
    assertThatThrownBy(() -> Chart.withValues(values)).hasMessageContaining(message);
  }

  @Test
  void security_thatIsNull_isTheClustersChoice() {
    JsonNode pod = server(Chart.ci("openshift"));
    assertThat(pod.get("securityContext").toString())
        .isEqualTo(
            "{\"fsGroupChangePolicy\":\"OnRootMismatch\",\"runAsNonRoot\":true,"
                + "\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}");
    assertThat(Chart.ci("openshift").only("Pod").at("/spec/securityContext"))
        .isEqualTo(pod.get("securityContext"));

    Manifests none = Chart.withValues("{podSecurityContext: null, securityContext: null}");
    assertThat(none.podSpecs())
        .allSatisfy(
            spec -> {
              assertThat(spec.has("securityContext")).isFalse();
              assertThat(containers(spec)).noneMatch(each -> each.has("securityContext"));
            });
  }

  @Test
  void quantities_mayBeNumbers() {
    JsonNode limits = server(Chart.ci("openshift")).at("/containers/0/resources/limits");
    assertThat(limits.toString()).isEqualTo("{\"cpu\":\"4\",\"memory\":\"2147483648\"}");
    Manifests set = Manifests.parse(Chart.template().set("resources.limits.cpu", "4").call());
    assertThat(server(set).at("/containers/0/resources/limits/cpu").asText()).isEqualTo("4");
    Manifests half = Chart.withValues("{resources: {requests: {cpu: 0.5}}}");
    assertThat(server(half).at("/containers/0/resources/requests/cpu").asText()).isEqualTo("0.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                      | /livez
          {config: {server: {servlet: {context-path: /a}}}}       | /a/livez
          {config: {server.servlet.context-path: /a/}}            | /a/livez
          {env: [{name: SERVER_SERVLET_CONTEXT_PATH, value: /b}]} | /b/livez
          {probes: {liveness: {path: /c}}}                        | /c
          """)
  void probes_followTheContextPathOrAskAnother(String values, String path) {
    Manifests chart = Chart.withValues(values);
    assertThat(server(chart).at("/containers/0/livenessProbe/httpGet/path").asText())
        .isEqualTo(path);
    String test = chart.only("Pod").at("/spec/containers/0/args/0").asText();
    assertThat(test).contains(path.replaceFirst("/(livez|c)$", "") + "/v1/classify");
  }

  @Test
  void ownModels_areBesideTheImages() {
    Manifests chart = Chart.ci("own-models");
    JsonNode pod = server(chart);
    assertThat(settings(chart).at("/resnet/models-directory").toString())
        .isEqualTo("[\"models\",\"/models\"]");
    assertThat(settings(chart).at("/resnet/models-watch").asText()).isEqualTo("10s");
    assertThat(volume(pod, "models").at("/persistentVolumeClaim").toString())
        .isEqualTo("{\"claimName\":\"mushrooms\",\"readOnly\":true}");
    assertThat(stream(pod.at("/containers/0/volumeMounts")))
        .filteredOn(mount -> mount.get("name").asText().equals("models"))
        .extracting(JsonNode::toString)
        .containsExactly("{\"name\":\"models\",\"mountPath\":\"/models\",\"readOnly\":true}");

    JsonNode configMap = server(Chart.withValues("{ownModels: {configMap: mine}}"));
    assertThat(volume(configMap, "models").at("/configMap/name").asText()).isEqualTo("mine");
    JsonNode nfs = server(Chart.withValues("{ownModels: {volume: {nfs: {server: a, path: /b}}}}"));
    assertThat(volume(nfs, "models").at("/nfs/path").asText()).isEqualTo("/b");
    assertThat(settings(Chart.ci("default")).at("/resnet").has("models-directory")).isFalse();
    assertThat(settings(Chart.ci("default")).at("/resnet").has("models-watch")).isFalse();
  }

  @Test
  void imageOfAModel_isAVolume() {
    Manifests chart = Chart.ci("image-volume");
    JsonNode pod = server(chart);
    assertThat(volume(pod, "models").get("image").toString())
        .isEqualTo(
            "{\"pullPolicy\":\"IfNotPresent\",\"reference\":\"registry.example.org/mushrooms:1\"}");
    assertThat(settings(chart).at("/resnet/models-directory").toString())
        .isEqualTo("[\"models\",\"/models\"]");
    assertThat(settings(chart).at("/resnet/models").toString()).isEqualTo("[\"mushrooms\"]");
  }

  @Test
  void gpuPreset_setsWhatGoesTogether() {
    Manifests chart = Chart.ci("gpu-preset");
    JsonNode container = server(chart).at("/containers/0");
    assertThat(container.get("image").asText())
        .isEqualTo("registry.test/resnet-serving:0.1.0-cuda");
    assertThat(container.at("/resources/limits/nvidia.com~1gpu").asText()).isEqualTo("1");
    assertThat(settings(chart).at("/resnet/serving").toString())
        .isEqualTo("{\"max-batch\":64,\"max-delay\":\"2ms\",\"workers\":1}");
    Manifests two =
        Chart.withValues("{gpu: {preset: nvidia, image: a/b@c, count: 2, resource: x.test/gpu}}");
    assertThat(server(two).at("/containers/0/resources/limits/x.test~1gpu").asText())
        .isEqualTo("2");
  }

  @Test
  void extras_areThereAsTheyAreGiven() {
    Manifests chart = Chart.ci("extras");
    JsonNode pod = server(chart);
    assertThat(pod.at("/initContainers/0/name").asText()).isEqualTo("wait");
    assertThat(pod.at("/containers").findValuesAsText("name")).contains("server", "sidecar");
    assertThat(
            chart.named("ConfigMap", "pictures-resnet-serving-more").at("/data/release").asText())
        .isEqualTo("pictures");
    chart.named("Secret", "pictures-token");

    JsonNode ingress = chart.only("Ingress").get("spec");
    assertThat(stream(ingress.get("rules")).map(rule -> rule.get("host").asText()))
        .containsExactly("one.test", "two.test", "*.three.test");
    assertThat(ingress.at("/tls/0/hosts").toString())
        .isEqualTo("[\"one.test\",\"two.test\",\"*.three.test\"]");
    assertThat(chart.only("HTTPRoute").at("/spec/rules/0/timeouts").toString())
        .isEqualTo("{\"backendRequest\":\"65s\",\"request\":\"65s\"}");
    JsonNode policy = chart.only("NetworkPolicy").at("/spec/ingress");
    assertThat(policy.at("/0/from/0/namespaceSelector/matchLabels").toString())
        .isEqualTo("{\"kubernetes.io/metadata.name\":\"ingress-nginx\"}");
    assertThat(Chart.ci("networkpolicy").only("NetworkPolicy").at("/spec/ingress/0").has("from"))
        .isFalse();
    JsonNode endpoint = chart.only("ServiceMonitor").at("/spec/endpoints/0");
    assertThat(endpoint.get("scrapeTimeout").asText()).isEqualTo("5s");
    assertThat(endpoint.at("/relabelings/0/targetLabel").asText()).isEqualTo("node");
    assertThat(endpoint.at("/metricRelabelings/0/action").asText()).isEqualTo("drop");
    assertThat(chart.only("ScaledObject").at("/spec/triggers/0/metadata/query").asText())
        .isEqualTo("sum(my_own:work)");
  }

  @Test
  void chart_saysWhoMadeItAndHowItLooks() {
    JsonNode chart = Manifests.yaml(Chart.file("Chart.yaml"));
    assertThat(chart.at("/maintainers/0/name").asText()).isNotBlank();
    String icon = chart.get("icon").asText();
    assertThat(new String(Base64.getDecoder().decode(icon.substring(icon.indexOf(',') + 1))))
        .startsWith("<svg ");
  }

  @Test
  void bulk_isAJobWithAShareForEachPod() {
    assertThat(Chart.ci("default").has("Job")).isFalse();
    JsonNode job = Chart.ci("bulk").only("Job").get("spec");
    assertThat(job.get("completionMode").asText()).isEqualTo("Indexed");
    assertThat(job.get("completions").asInt()).isEqualTo(16);
    assertThat(job.get("parallelism").asInt()).isEqualTo(4);
    assertThat(job.get("backoffLimitPerIndex").asInt()).isEqualTo(3);
    assertThat(job.get("maxFailedIndexes").asInt()).isEqualTo(2);
    assertThat(job.get("ttlSecondsAfterFinished").asInt()).isEqualTo(86400);
    JsonNode pod = job.at("/template/spec");
    assertThat(pod.get("restartPolicy").asText()).isEqualTo("Never");
    JsonNode container = pod.at("/containers/0");
    assertThat(stream(container.get("args")).map(JsonNode::asText))
        .containsExactly(
            "classify",
            "/pictures/lists/2026.txt",
            "--model=resnet20-cifar10",
            "--output=/results/2026/results-$(JOB_COMPLETION_INDEX).csv",
            "--top-k=all",
            "--shard=16");
    assertThat(container.at("/env/0/name").asText()).isEqualTo(Shard.JOB_INDEX);
    assertThat(container.at("/env/0/valueFrom/fieldRef/fieldPath").asText())
        .isEqualTo("metadata.annotations['batch.kubernetes.io/job-completion-index']");
    assertThat(volume(pod, "bulk-pictures").at("/persistentVolumeClaim/claimName").asText())
        .isEqualTo("archive");
    assertThat(volume(pod, "bulk-results").at("/nfs/path").asText()).isEqualTo("/results");
    JsonNode server = server(Chart.ci("bulk"));
    for (String same : List.of("nodeSelector", "tolerations", "securityContext")) {
      assertThat(pod.get(same)).isEqualTo(server.get(same));
    }
    for (String same : List.of("image", "resources", "securityContext")) {
      assertThat(container.get(same)).isEqualTo(server.at("/containers/0").get(same));
    }
    assertThat(volume(pod, "cache")).isEqualTo(volume(server, "cache"));
  }

  @Test
  void bulk_triesAgainWhatMayGoBetterTheNextTime() {
    JsonNode rules = Chart.ci("bulk").only("Job").at("/spec/podFailurePolicy/rules");
    assertThat(rules).hasSize(2);
    assertThat(rules.at("/0/action").asText()).isEqualTo("Ignore");
    assertThat(rules.at("/0/onPodConditions/0/type").asText()).isEqualTo("DisruptionTarget");
    assertThat(rules.at("/1/action").asText()).isEqualTo("FailIndex");
    JsonNode codes = rules.at("/1/onExitCodes");
    assertThat(codes.get("containerName"))
        .isEqualTo(Chart.ci("bulk").only("Job").at("/spec/template/spec/containers/0/name"));
    // What picocli and Commands call misused; everything else is tried again.
    assertThat(codes.get("values").toString()).isEqualTo("[2]");
  }

  @Test
  void bulk_withOtherValues_isAnotherJob() {
    String values =
        "{bulk: {enabled: true, shards: %d, pictures: {existingClaim: a}, results: {existingClaim: b}}}";
    String former = ChartIT.name(Chart.withValues(values.formatted(2)).only("Job"));
    assertThat(ChartIT.name(Chart.withValues(values.formatted(2)).only("Job"))).isEqualTo(former);
    assertThat(ChartIT.name(Chart.withValues(values.formatted(3)).only("Job")))
        .isNotEqualTo(former);
    JsonNode job = Chart.withValues(values.formatted(2)).only("Job").get("spec");
    assertThat(job.has("maxFailedIndexes")).isFalse();
    assertThat(job.has("ttlSecondsAfterFinished")).isFalse();
    assertThat(job.at("/template/spec/containers/0/args/1").asText()).isEqualTo("/pictures");
    assertThat(job.at("/template/spec/containers/0/args/2").asText())
        .isEqualTo("--model=resnet50-tiny-imagenet");
  }

  @Test
  void bulk_onAnOldKubernetes_isRefused() {
    assertThatThrownBy(
            () ->
                Chart.template()
                    .withKubeVersion("1.28.0")
                    .withValuesFile(Chart.DIRECTORY.resolve("ci/bulk-values.yaml"))
                    .call())
        .hasMessageContaining("needs Kubernetes 1.29");
  }

  @Test
  void readme_describesEveryValueAndNoOther() {
    Set<String> described = new TreeSet<>();
    Chart.file("README.md")
        .lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(line -> described.add(line.split("`")[1]));
    Set<String> values = new TreeSet<>();
    leaves(Manifests.yaml(Chart.file("values.yaml")), new JsonPath(""), values);
    assertThat(described).isEqualTo(values);
  }

  private record JsonPath(String text) {
    JsonPath then(String key) {
      return new JsonPath(text.isEmpty() ? key : text + "." + key);
    }
  }

  private static void leaves(JsonNode node, JsonPath path, Set<String> leaves) {
    // Described as a whole: they are Kubernetes' own structures.
    List<String> whole = List.of("resources", "autoscaling.behavior", "metrics.dashboard.labels");
    if (!node.isObject() || node.isEmpty() || whole.contains(path.text())) {
      leaves.add(path.text());
    } else {
      node.properties()
          .forEach(child -> leaves(child.getValue(), path.then(child.getKey()), leaves));
    }
  }
}
