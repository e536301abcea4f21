package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.InvocationTargetException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads objects as strictly as an API server with {@code fieldValidation=Strict}: an unknown field,
 * a wrong type or a missing required field is refused.
 */
final class KubernetesKinds {

  /** The operators' kinds that a library has. */
  private static final Map<String, Class<?>> CUSTOM =
      Map.of(
          "monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class,
          "monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class,
          "gateway.networking.k8s.io/v1/HTTPRoute", HTTPRoute.class);

  /** Those that none has, by the definitions that their authors publish. */
  private static final Map<String, CustomSchema> PUBLISHED =
      Map.of(
          "keda.sh/v1alpha1/ScaledObject",
          CustomSchema.of("keda.sh_scaledobjects.yaml", "v1alpha1"),
          "serving.kserve.io/v1alpha1/ClusterServingRuntime",
          CustomSchema.of("serving.kserve.io_clusterservingruntimes.yaml", "v1alpha1"),
          "serving.kserve.io/v1beta1/InferenceService",
          CustomSchema.of("serving.kserve.io_inferenceservices.yaml", "v1beta1"));

  /**
   * What KEDA's Prometheus scaler understands, and what it must have. Its definition knows only
   * that a trigger's metadata are strings; these are of KEDA 2.17's prometheus_scaler.go.
   */
  private static final Set<String> SCALER_REQUIRED = Set.of("serverAddress", "query", "threshold");

  private static final Set<String> SCALER_OPTIONAL =
      Set.of(
          "activationThreshold",
          "namespace",
          "customHeaders",
          "ignoreNullValues",
          "queryParameters",
          "unsafeSsl",
          "timeout",
          "authModes",
          "awsRegion");

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
    CustomSchema published = PUBLISHED.get(apiVersion + "/" + kind);
    if (published != null) {
      assertThat(published.complaints(object)).isEmpty();
      stream(object.at("/spec/triggers")).forEach(KubernetesKinds::checkScaler);
      return;
    }
    String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
    read(version.substring(0, 1).toUpperCase(Locale.ROOT) + version.substring(1) + kind, object);
  }

  /**
   * What is wrong with a part of an object that is of a kind of Kubernetes, such as V1Container.
   */
  static Optional<String> complaint(String model, JsonNode object) {
    try {
      // Where it is a part of another object, what it must have may be there.
      ObjectNode whole = object.deepCopy();
      if (model.equals("V1Container") && !whole.has("name")) {
        whole.put("name", "inlined");
      } else if (model.equals("V1PodSpec") && !whole.has("containers")) {
        whole.putArray("containers").addObject().put("name", "inlined");
      }
      read(model, whole);
      return Optional.empty();
    } catch (Exception | AssertionError e) {
      return Optional.of("no " + model + ": " + e.getMessage());
    }
  }

  private static void read(String name, JsonNode object) throws Exception {
    Class<?> model = Class.forName("io.kubernetes.client.openapi.models." + name);
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

  private static void checkScaler(JsonNode trigger) {
    assertThat(trigger.get("type").asText()).isEqualTo("prometheus");
    Set<String> given = new TreeSet<>();
    trigger.get("metadata").fieldNames().forEachRemaining(given::add);
    assertThat(given).containsAll(SCALER_REQUIRED);
    given.removeAll(SCALER_REQUIRED);
    assertThat(SCALER_OPTIONAL).containsAll(given);
  }
}
