package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The objects for KServe that the docs have, read as strictly as its API server reads them. */
final class KserveTest {
  private static final Path DOCS = Path.of("src/docs/kserve");

  @Test
  void runtime_isKservesKind_andPassesTheModelsName() throws Exception {
    JsonNode runtime = read("runtime.yaml").only("ClusterServingRuntime");
    KubernetesKinds.check(runtime);

    JsonNode container = runtime.at("/spec/containers/0");
    // The name that KServe looks for.
    assertThat(container.get("name").asText()).isEqualTo("kserve-container");
    assertThat(stream(container.get("args")))
        .extracting(JsonNode::asText)
        .containsExactly("--resnet.models-directory=/mnt/models", "--model_name={{.Name}}");
    String version = Manifests.yaml(Chart.file("Chart.yaml")).get("appVersion").asText();
    assertThat(container.get("image").asText()).endsWith(":" + version);
  }

  @Test
  void services_areKservesKind_andTheRuntimeServesThem() throws Exception {
    JsonNode runtime = read("runtime.yaml").only("ClusterServingRuntime");
    for (JsonNode service : read("inferenceservices.yaml").objects()) {
      KubernetesKinds.check(service);
      JsonNode model = service.at("/spec/predictor/model");
      JsonNode format =
          stream(runtime.at("/spec/supportedModelFormats"))
              .filter(offered -> offered.get("name").equals(model.at("/modelFormat/name")))
              .findFirst()
              .orElseThrow();
      assertThat(format.path("autoSelect").asBoolean() || model.has("runtime")).isTrue();
      assertThat(stream(runtime.at("/spec/protocolVersions")))
          .contains(model.get("protocolVersion"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "runtime, supportedModelFormats, supportedModelTypes",
    "runtime, autoSelect, autoselect",
    "runtime, '\"priority\":1', '\"priority\":0'",
    "runtime, containerPort, port",
    "runtime, sizeLimit, limit",
    "runtime, containers, container",
    "inferenceservices, modelFormat, modelFormats",
    "inferenceservices, storageUri, storageUrl",
    "inferenceservices, '\"minReplicas\":1', '\"minReplicas\":\"1\"'",
    "inferenceservices, terminationGracePeriodSeconds, terminationGraceSeconds",
    "inferenceservices, predictor, predictors"
  })
  void mistake_isRefused(String file, String right, String wrong) throws IOException {
    String text = read(file + ".yaml").objects().get(0).toString();
    assertThat(text).contains(right);
    assertThatThrownBy(() -> KubernetesKinds.check(Manifests.yaml(text.replace(right, wrong))));
  }

  private static Manifests read(String file) throws IOException {
    return Manifests.parse(Files.readString(DOCS.resolve(file)));
  }
}
