package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The objects that a chart became. */
record Manifests(List<JsonNode> objects) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Manifests parse(String yaml) {
    return new Manifests(
        documents(yaml).stream().filter(object -> !object.isNull() && !object.isEmpty()).toList());
  }

  static JsonNode yaml(String yaml) {
    return documents(yaml).get(0);
  }

  private static List<JsonNode> documents(String yaml) {
    LoaderOptions options = new LoaderOptions();
    // A key twice is a mistake: the last one would win in silence.
    options.setAllowDuplicateKeys(false);
    return StreamSupport.stream(
            new Yaml(new SafeConstructor(options)).loadAll(yaml).spliterator(), false)
        .<JsonNode>map(JSON::valueToTree)
        .toList();
  }

  List<JsonNode> all(String kind) {
    return objects.stream().filter(object -> object.path("kind").asText().equals(kind)).toList();
  }

  boolean has(String kind) {
    return !all(kind).isEmpty();
  }

  JsonNode only(String kind) {
    assertThat(all(kind)).as(kind).hasSize(1);
    return all(kind).get(0);
  }

  JsonNode named(String kind, String name) {
    return all(kind).stream()
        .filter(object -> object.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No %s named %s".formatted(kind, name)));
  }

  /** What the Deployment and the Job make, and the pods that stand alone. */
  Stream<JsonNode> podSpecs() {
    return Stream.concat(
        Stream.of("Deployment", "Job")
            .flatMap(kind -> all(kind).stream())
            .map(object -> object.at("/spec/template/spec")),
        all("Pod").stream().map(object -> object.get("spec")));
  }

  static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static Stream<JsonNode> containers(JsonNode podSpec) {
    return Stream.concat(
        stream(podSpec.path("initContainers")), stream(podSpec.path("containers")));
  }

  /** Whether a selector with these labels finds an object with those. */
  static boolean selects(JsonNode selector, JsonNode labels) {
    return !selector.isEmpty()
        && selector.properties().stream()
            .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
  }
}
