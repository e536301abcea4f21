package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the workflows without running them, and of everything that is pinned. */
class WorkflowsTest {

  private static final Pattern USES = Pattern.compile("uses: *([^\\s@]+)@(\\S+)( #.*)?");
  private static final String PINNED_IMAGE = "[a-z./-]+:[A-Za-z0-9._-]+@sha256:[0-9a-f]{64}";

  static List<Path> workflows() {
    try (Stream<Path> files = Files.list(Path.of(".github/workflows"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode yaml(Path file) throws IOException {
    return Manifests.yaml(Files.readString(file));
  }

  private static List<JsonNode> steps(Path workflow) throws IOException {
    return stream(yaml(workflow).get("jobs")).flatMap(job -> stream(job.get("steps"))).toList();
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void actions_arePinnedByCommitWithTheirVersionBeside(Path workflow) throws IOException {
    List<MatchResult> uses = USES.matcher(Files.readString(workflow)).results().toList();
    assertThat(uses).hasSizeGreaterThan(2);
    assertThat(uses)
        .allSatisfy(
            use -> {
              assertThat(use.group(2)).as(use.group()).matches("[0-9a-f]{40}");
              assertThat(use.group(3)).as(use.group()).matches(" # v\\d+\\.\\d+\\.\\d+");
            });
    // Nothing that the pattern above overlooks.
    assertThat(steps(workflow).stream().filter(step -> step.has("uses"))).hasSameSizeAs(uses);
  }

  @Test
  void actions_areOfOneVersionEverywhere() throws IOException {
    Map<String, Set<String>> versions = new TreeMap<>();
    for (Path workflow : workflows()) {
      USES.matcher(Files.readString(workflow))
          .results()
          .forEach(
              use ->
                  versions
                      .computeIfAbsent(use.group(1), action -> new TreeSet<>())
                      .add(use.group(2) + use.group(3)));
    }
    assertThat(versions).isNotEmpty().allSatisfy((action, found) -> assertThat(found).hasSize(1));
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void jobs_endAndMayDoNoMoreThanTheySay(Path workflow) throws IOException {
    JsonNode read = yaml(workflow);
    assertThat(read.get("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
    assertThat(read.at("/defaults/run/shell").asText()).isEqualTo("bash");
    assertThat(read.get("jobs"))
        .allSatisfy(job -> assertThat(job.path("timeout-minutes").asInt()).isBetween(1, 120));
  }

  /**
   * What an expression holds, a branch's name say, would be run as shell; as a variable it is text.
   */
  @ParameterizedTest
  @MethodSource("workflows")
  void scripts_areShellAndHoldNoExpressions(Path workflow) throws Exception {
    List<String> scripts =
        steps(workflow).stream()
            .filter(step -> step.has("run"))
            .map(step -> step.get("run").asText())
            .toList();
    assertThat(scripts).isNotEmpty().noneMatch(script -> script.contains("${{"));
    for (String script : scripts) {
      Running.run(Duration.ofMinutes(1), "bash", "-n", "-c", script);
    }
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void needs_nameJobsThatExistAndOutputsThatTheyHave(Path workflow) throws IOException {
    JsonNode jobs = yaml(workflow).get("jobs");
    jobs.properties()
        .forEach(
            job -> {
              JsonNode needs = job.getValue().path("needs");
              List<String> needed =
                  needs.isTextual()
                      ? List.of(needs.asText())
                      : stream(needs).map(JsonNode::asText).toList();
              assertThat(needed).allMatch(jobs::has);
              Pattern.compile("needs\\.(\\w+)\\.outputs\\.(\\w+)")
                  .matcher(job.getValue().toString())
                  .results()
                  .forEach(
                      use -> {
                        assertThat(needed).contains(use.group(1));
                        assertThat(jobs.get(use.group(1)).path("outputs").has(use.group(2)))
                            .as(use.group())
                            .isTrue();
                      });
            });
  }

  @Test
  void ci_doesWhatTheScriptDoesBuildsTheImageAndTestsTheChart() throws IOException {
    String ci = Files.readString(Path.of(".github/workflows/ci.yml"));
    assertThat(yaml(Path.of(".github/workflows/ci.yml")).get("true").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("push", "pull_request");
    List<String> commands =
        Files.readAllLines(Path.of(".ci/run")).stream()
            .filter(line -> line.startsWith("sh ") || line.startsWith("src/"))
            .toList();
    assertThat(commands).hasSize(4).allMatch(ci::contains);
    assertThat(Files.readString(Path.of(".ci/run"))).contains("./mvnw -B -ntp -Pops verify");
    // In two jobs that run beside each other.
    assertThat(ci)
        .contains("run: ./mvnw -B -ntp verify", "./mvnw -B -ntp -Pops -Dgroups=ops verify")
        .contains("docker/build-push-action", "helm/kind-action", "helm install", "helm test");
  }

  @Test
  void advisories_areLookedForEachWeekAndWhereDependenciesChange() throws IOException {
    Path workflow = Path.of(".github/workflows/advisories.yml");
    JsonNode on = yaml(workflow).get("true");
    assertThat(on.at("/schedule/0/cron").asText()).matches("\\d+ \\d+ \\* \\* [0-6]");
    assertThat(on.at("/pull_request/paths").toString()).contains("\"pom.xml\"");
    String script =
        steps(workflow).stream()
            .filter(step -> step.has("run"))
            .map(step -> step.get("run").asText())
            .reduce("", String::concat);
    String scanned =
        steps(workflow).stream()
            .filter(step -> step.path("uses").asText().startsWith("google/osv-scanner-action/"))
            .map(step -> step.at("/with/scan-args").asText())
            .reduce("", String::concat);
    // The scanner knows a bill of materials by its file's name.
    assertThat(scanned).isEqualTo("--lockfile=sbom.cdx.json");
    assertThat(script)
        .contains("target/resnet-serving.jar META-INF/sbom/application.cdx.json > sbom.cdx.json");
  }

  @Test
  void release_takesNoRecordsOfBuildsForItsFiles() throws IOException {
    Path release = Path.of(".github/workflows/release.yml");
    assertThat(steps(release))
        .filteredOn(step -> step.path("uses").asText().startsWith("actions/download-artifact@"))
        .hasSize(2)
        .allSatisfy(step -> assertThat(step.at("/with/pattern").asText()).endsWith("-*"));
    List<String> attested =
        steps(release).stream()
            .filter(step -> step.path("uses").asText().startsWith("actions/attest-"))
            .map(step -> step.get("with").toString())
            .toList();
    assertThat(attested).hasSize(3);
    assertThat(String.join("", attested))
        .contains("outputs.image }}", "outputs.charts }}/resnet-serving", "\"release/*\"");
  }

  @Test
  void images_arePinnedByDigestWithTheirTagBeside() throws IOException {
    List<String> dockerfile =
        Files.readAllLines(Path.of("Dockerfile")).stream()
            .filter(
                line ->
                    line.startsWith("FROM ") && !line.matches("FROM (base|service|scratch)\\b.*"))
            .map(line -> line.replaceFirst("FROM (--\\S+ )?", "").split(" ")[0])
            .toList();
    assertThat(dockerfile).hasSize(2).allMatch(image -> image.matches(PINNED_IMAGE));

    JsonNode services = yaml(Path.of("docker-compose.yml")).get("services");
    assertThat(services.properties())
        .filteredOn(service -> !service.getValue().has("build"))
        .hasSize(2)
        .allSatisfy(
            service -> assertThat(service.getValue().get("image").asText()).matches(PINNED_IMAGE));

    assertThat(
            yaml(Path.of(".github/workflows/ci.yml"))
                .at("/jobs/operations/container/image")
                .asText())
        .matches(PINNED_IMAGE);
  }

  @Test
  void wrapper_knowsWhatItFetches() throws IOException {
    assertThat(Files.readAllLines(Path.of(".mvn/wrapper/maven-wrapper.properties")))
        .anyMatch(line -> line.matches("distributionSha256Sum=[0-9a-f]{64}"));
  }

  @Test
  void dependabot_keepsAllThatIsPinned() throws IOException {
    JsonNode dependabot = yaml(Path.of(".github/dependabot.yml"));
    assertThat(dependabot.get("version").asInt()).isEqualTo(2);
    assertThat(dependabot.get("updates").findValuesAsText("package-ecosystem"))
        .containsExactlyInAnyOrder("maven", "github-actions", "docker", "docker-compose");
  }
}
