package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check of the other tests bites: each mistake is made in objects that pass without it. */
class KubernetesKindsTest {

  @ParameterizedTest
  @CsvSource({
    "default, Deployment, progressDeadlineSeconds, progressDeadline",
    "default, Deployment, selector, selectors",
    "default, Deployment, containerPort, port",
    "default, PodDisruptionBudget, maxUnavailable, maxUnavailabel",
    "autoscaling-cpu, HorizontalPodAutoscaler, averageUtilization, utilisation",
    "networkpolicy, NetworkPolicy, podSelector, podselector",
    "monitoring, ServiceMonitor, interval, intervall",
    "monitoring, PrometheusRule, expr, expression",
    "httproute, HTTPRoute, backendRefs, backends",
    "autoscaling-keda, ScaledObject, pollingInterval, interval",
    "autoscaling-keda, ScaledObject, query, queries",
    "autoscaling-keda, ScaledObject, scaleTargetRef, target",
    "autoscaling-keda, ScaledObject, behavior, behaviour",
    "autoscaling-keda, ScaledObject, periodSeconds, seconds",
  })
  void misspeltField_isRefused(String ci, String kind, String field, String misspelt)
      throws Exception {
    JsonNode object = Chart.ci(ci).only(kind);
    KubernetesKinds.check(object);
    String text = object.toString();
    assertThat(text).contains("\"" + field + "\":");
    String wrong = text.replaceFirst("\"" + field + "\":", "\"" + misspelt + "\":");
    assertThatThrownBy(() -> KubernetesKinds.check(Manifests.yaml(wrong)));
  }

  @ParameterizedTest
  @CsvSource({
    "default, Deployment, '\"runAsNonRoot\":true', '\"runAsNonRoot\":\"yes\"'",
    "autoscaling-keda, ScaledObject, '\"threshold\":\"6\"', '\"threshold\":6'",
    "monitoring, ServiceMonitor, '\"endpoints\":[', '\"endpoints\":[1,'",
    "autoscaling-keda, ScaledObject, '\"failureThreshold\":3', '\"failureThreshold\":\"3\"'",
    "autoscaling-keda, ScaledObject, 'currentReplicasIfHigher', 'currentReplicas_IfHigher'",
  })
  void wrongType_isRefused(String ci, String kind, String right, String wrong) {
    String text = Chart.ci(ci).only(kind).toString();
    assertThat(text).contains(right);
    assertThatThrownBy(() -> KubernetesKinds.check(Manifests.yaml(text.replace(right, wrong))));
  }
}
