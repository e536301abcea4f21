package org.resnetserving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer.Answer;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** What probes, scrapers and readers of the API's description see. */
@ServerTest
final class ProbesIT {
  private final RunningServer server;
  private final RunningServer management;

  ProbesIT(@LocalServerPort int port, @LocalManagementPort int managementPort) {
    server = new RunningServer(port);
    management = new RunningServer(managementPort);
  }

  @BeforeEach
  void waitUntilReady() {
    await().atMost(Duration.ofMinutes(2)).until(() -> server.get("/readyz").status() == 200);
  }

  @Test
  void livez_ofTheService_isOk() {
    assertThat(server.get("/livez").status()).isEqualTo(200);
  }

  @Test
  void health_onTheManagementPort_namesTheModels() {
    JsonNode models = management.get("/actuator/health").json().at("/components/models");
    assertThat(models.at("/status").stringValue()).isEqualTo("UP");
    assertThat(models.at("/details/resnet50-tiny-imagenet").stringValue()).isEqualTo("ready");
  }

  @Test
  void actuator_onTheServicePort_isNotThere() {
    assertThat(server.get("/actuator/prometheus").status()).isEqualTo(404);
  }

  @Test
  void modelsEndpoint_thatNobodySwitchedOn_isNotThere() {
    assertThat(management.get("/actuator/models").status()).isEqualTo(404);
    assertThat(management.post("/actuator/models/resnet18", new byte[0]).status()).isEqualTo(404);
    assertThat(management.delete("/actuator/models/resnet20-cifar10").status()).isEqualTo(404);
  }

  @Test
  void prometheus_beforeARequest_hasEverySeriesOfRequests() {
    String text = management.get("/actuator/prometheus").text();
    for (String model : List.of("resnet50-tiny-imagenet", "resnet20-cifar10")) {
      for (String outcome : List.of("ok", "overloaded", "image-corrupt", "internal-error")) {
        assertThat(text)
            .contains(
                "resnet_requests_total{model=\"%s\",outcome=\"%s\"}".formatted(model, outcome));
      }
    }
    assertThat(text).contains("resnet_requests_total{model=\"unknown\",outcome=\"model-unknown\"}");
  }

  @Test
  void prometheus_afterRequestsToUnknownModels_countsThemAsOne() {
    double before = unknown();
    server.form("/v1/models/some/classify", "image", new byte[] {1});
    server.form("/v1/models/other/classify", "image", new byte[] {1});
    await().atMost(Duration.ofMinutes(1)).until(() -> unknown() == before + 2);
    assertThat(management.get("/actuator/prometheus").text()).doesNotContain("model=\"other\"");
  }

  private double unknown() {
    String series = "resnet_requests_total{model=\"unknown\",outcome=\"model-unknown\"} ";
    return management
        .get("/actuator/prometheus")
        .text()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void prometheus_afterARequest_hasEveryMeterOfTheContract() {
    byte[] picture = RunningServer.picture("pictures/espresso.jpg");
    assertThat(server.form("/v1/classify", "image", picture).status()).isEqualTo(200);
    String model = "model=\"resnet50-tiny-imagenet\"";
    List<String> samples =
        List.of(
            "resnet_requests_total{" + model + ",outcome=\"ok\"}",
            "resnet_request_duration_seconds_bucket{" + model + ",le=\"0.1\"}",
            "resnet_request_duration_seconds_count{" + model + "}",
            "resnet_stage_duration_seconds_bucket{" + model + ",stage=\"decode\",le=\"0.1\"}",
            "resnet_stage_duration_seconds_sum{" + model + ",stage=\"read\"}",
            "resnet_stage_duration_seconds_sum{" + model + ",stage=\"queue\"}",
            "resnet_stage_duration_seconds_sum{" + model + ",stage=\"inference\"}",
            "resnet_queued{" + model + "}",
            "resnet_running{" + model + "}",
            "resnet_batch_size_bucket{" + model + ",le=\"1.0\"}",
            "resnet_batch_size_count{" + model + "}");
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> assertThat(management.get("/actuator/prometheus").text()).contains(samples));
    String text = management.get("/actuator/prometheus").text();
    assertThat(text.lines().filter(line -> line.startsWith("# HELP resnet_")))
        .allMatch(line -> line.split(" ", 4).length == 4);
  }

  @Test
  void apiDocs_areOpenApi31_withExamplesAndProblemTypes() {
    Answer answer = server.get("/v3/api-docs");
    JsonNode docs = answer.json();
    assertThat(docs.get("openapi").stringValue()).startsWith("3.1");
    JsonNode post = docs.at("/paths/~1v1~1classify/post");
    assertThat(post.at("/requestBody/content").propertyNames())
        .contains("multipart/form-data", "image/*", "application/octet-stream");
    assertThat(post.at("/responses").propertyNames())
        .contains("200", "400", "404", "413", "415", "422", "429", "503", "504");
    assertThat(answer.text()).contains("espresso", "urn:resnet-serving:problem:image-truncated");
    assertThat(server.get("/swagger-ui/index.html").status()).isEqualTo(200);
  }
}
