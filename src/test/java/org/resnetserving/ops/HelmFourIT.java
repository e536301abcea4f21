package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Helm 4 makes of the chart what Helm 3 does. */
@Tag("ops")
class HelmFourIT {

  private static final String HELM = Containers.TOOLS.resolve("helm/helm").toString();
  private static final Duration LIMIT = Duration.ofMinutes(5);

  static List<Path> values() {
    return Chart.ciValues();
  }

  @Test
  void helm_isFour() throws Exception {
    assertThat(Running.run(LIMIT, HELM, "version", "--short")).startsWith("v4.");
  }

  @ParameterizedTest
  @MethodSource("values")
  void chart_lintsWithEveryValuesFile(Path values) throws Exception {
    Running.run(LIMIT, HELM, "lint", "--strict", "helm", "--values", values.toString());
  }

  @ParameterizedTest
  @MethodSource("values")
  void objects_areThoseOfHelmThree(Path values) throws Exception {
    String rendered =
        Running.run(
            LIMIT,
            HELM,
            "template",
            Chart.RELEASE,
            "helm",
            "--namespace=" + Chart.NAMESPACE,
            "--kube-version=1.31.0",
            "--values",
            values.toString());
    // Helm 3 here rendered a copy whose test lost its hooks, so the tests are compared without.
    Manifests four = Manifests.parse(rendered.replace("helm.sh/hook", "hook"));
    assertThat(four.objects()).containsExactlyInAnyOrderElementsOf(Chart.with(values).objects());
    assertThat(rendered).contains("helm.sh/hook: test");
  }

  @Test
  void package_hasNoTestValues() throws Exception {
    String said = Running.run(LIMIT, HELM, "package", "helm", "--destination", "target/ops");
    String archive = said.strip().substring(said.lastIndexOf(": ") + 2).strip();
    assertThat(Running.run(LIMIT, "tar", "tzf", archive))
        .contains("resnet-serving/files/rules.yml", "resnet-serving/values.schema.json")
        .doesNotContain("ci/");
  }
}
