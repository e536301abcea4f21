package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.InvocationTargetException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads objects as strictly as an API server with {@code fieldValidation=Strict}: an unknown field,
 * a wrong type or a missing required field is refused.
 */
final class KubernetesKinds {

  /** The operators' kinds, by their published schemas; KEDA's by what of it we use. */
  private static final Map<String, Class<?>> CUSTOM =
      Map.of(
          "monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class,
          "monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class,
          "gateway.networking.k8s.io/v1/HTTPRoute", HTTPRoute.class,
          "keda.sh/v1alpha1/ScaledObject", ScaledObject.class);

  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  // fabric8 keeps unknown fields in a map; here they are errors.
                  return false;
                }
              });

  static {
    new JSON(); // its constructor fills the static reader
    // KEDA's metadata are strings, numbers too; Jackson would make a string of a number.
    for (CoercionInputShape shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      STRICT.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
    }
  }

  private KubernetesKinds() {}

  static void check(JsonNode object) throws Exception {
    String apiVersion = object.path("apiVersion").asText();
    String kind = object.path("kind").asText();
    Class<?> custom = CUSTOM.get(apiVersion + "/" + kind);
    if (custom != null) {
      STRICT.treeToValue(object, custom);
      return;
    }
    String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
    Class<?> model =
        Class.forName(
            "io.kubernetes.client.openapi.models."
                + version.substring(0, 1).toUpperCase(Locale.ROOT)
                + version.substring(1)
                + kind);
    try {
      Object read = model.getMethod("fromJson", String.class).invoke(null, object.toString());
      // It takes "4" for 4 and 4 for "4"; what it writes has the types of the kind.
      assertThat(pruned(STRICT.readTree(JSON.serialize(read)))).isEqualTo(pruned(object));
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  /** Without what is empty: the kinds write an empty list or map where there was none. */
  private static JsonNode pruned(JsonNode node) {
    JsonNode copy = node.deepCopy();
    prune(copy);
    return copy;
  }

  private static void prune(JsonNode node) {
    node.elements().forEachRemaining(KubernetesKinds::prune);
    for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
      JsonNode child = children.next();
      if (child.isContainerNode() && child.isEmpty()) {
        children.remove();
      }
    }
  }

  /** Fields of KEDA 2.17 that the chart may use. */
  record ScaledObject(String apiVersion, String kind, Metadata metadata, Spec spec) {
    record Metadata(String name, Map<String, String> labels) {}

    record Spec(
        Target scaleTargetRef,
        int minReplicaCount,
        int maxReplicaCount,
        int pollingInterval,
        Fallback fallback,
        Advanced advanced,
        List<Trigger> triggers) {}

    record Target(String apiVersion, String kind, String name) {}

    record Fallback(int failureThreshold, int replicas, String behavior) {}

    record Advanced(HpaConfig horizontalPodAutoscalerConfig) {}

    record HpaConfig(Behavior behavior) {}

    record Behavior(Rules scaleUp, Rules scaleDown) {}

    record Rules(int stabilizationWindowSeconds, String selectPolicy, List<Policy> policies) {}

    record Policy(String type, int value, int periodSeconds) {}

    record Trigger(
        String type, String metricType, Reference authenticationRef, Prometheus metadata) {}

    record Reference(String name) {}

    record Prometheus(
        String serverAddress,
        String query,
        String threshold,
        String ignoreNullValues,
        String authModes) {}
  }
}
