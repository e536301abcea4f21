package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules by Prometheus' own tool. */
@Tag("ops")
class RulesIT {

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Path TESTS = Path.of("src/test/ops/rules-test.yml");

  @Test
  void rules_passTheirTests() throws Exception {
    Running.run(LIMIT, "promtool", "check", "rules", "helm/files/rules.yml");
    assertThat(Running.run(LIMIT, "promtool", "test", "rules", TESTS.toString()))
        .contains("SUCCESS");
  }

  @Test
  void everyAlert_isTestedToFire() throws Exception {
    List<String> alerts = alerts().stream().map(rule -> rule.get("alert").asText()).toList();
    List<String> fired =
        stream(Manifests.yaml(Files.readString(TESTS)).get("tests"))
            .flatMap(test -> stream(test.path("alert_rule_test")))
            .filter(test -> !test.path("exp_alerts").isEmpty())
            .map(test -> test.get("alertname").asText())
            .toList();
    assertThat(alerts).hasSizeGreaterThan(8).allMatch(fired::contains);
  }

  @Test
  void everyAlert_hasAPageThatSaysWhatToDo() throws Exception {
    String page = Files.readString(Path.of("src/docs/alerts.md"));
    List<String> headings =
        page.lines()
            .filter(line -> line.startsWith("## ResNet"))
            .map(line -> line.substring(3))
            .toList();
    assertThat(alerts())
        .extracting(rule -> rule.get("alert").asText())
        .containsExactlyInAnyOrderElementsOf(headings);
    assertThat(alerts())
        .allSatisfy(
            rule ->
                assertThat(rule.at("/annotations/runbook_url").asText())
                    .isEqualTo(
                        "src/docs/alerts.md#"
                            + rule.get("alert").asText().toLowerCase(Locale.ROOT)));
  }

  @Test
  void runbooks_areAddressesWhereTheChartKnowsWhereThePagesAre() {
    JsonNode groups = Chart.ci("extras").only("PrometheusRule").at("/spec/groups");
    assertThat(groups.findValuesAsText("runbook_url"))
        .hasSameSizeAs(alerts())
        .allMatch(
            url -> url.startsWith("https://example.org/pictures/blob/main/src/docs/alerts.md#"));
  }

  private static List<JsonNode> alerts() {
    return stream(Manifests.yaml(Chart.file("files/rules.yml")).get("groups"))
        .flatMap(group -> stream(group.get("rules")))
        .filter(rule -> rule.has("alert"))
        .toList();
  }
}
