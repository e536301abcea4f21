package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.resnetserving.ops.Manifests.stream;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules by Prometheus' own tool. */
@Tag("ops")
class RulesIT {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Path TESTS = Path.of("src/test/ops/rules-test.yml");

  @Test
  void rules_passTheirTests() throws Exception {
    Running.run(LIMIT, "promtool", "check", "rules", "helm/files/rules.yml");
    assertThat(Running.run(LIMIT, "promtool", "test", "rules", TESTS.toString()))
        .contains("SUCCESS");
  }

  @Test
  void everyAlert_isTestedToFire() throws Exception {
    List<String> alerts =
        stream(Manifests.yaml(Chart.file("files/rules.yml")).get("groups"))
            .flatMap(group -> stream(group.get("rules")))
            .filter(rule -> rule.has("alert"))
            .map(rule -> rule.get("alert").asText())
            .toList();
    List<String> fired =
        stream(Manifests.yaml(Files.readString(TESTS)).get("tests"))
            .flatMap(test -> stream(test.path("alert_rule_test")))
            .filter(test -> !test.path("exp_alerts").isEmpty())
            .map(test -> test.get("alertname").asText())
            .toList();
    assertThat(alerts).hasSizeGreaterThan(8).allMatch(fired::contains);
  }
}
