package org.resnetserving.ops;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Our chart and what Helm 3 makes of it. */
final class Chart {

  static final Path DIRECTORY = Path.of("helm");
  static final String RELEASE = "pictures";
  static final String NAMESPACE = "vision";

  /**
   * helm-java leaves hooks out of what it renders, so the test's objects lose what makes them so.
   */
  private static final Path WITHOUT_HOOKS = withoutHooks();

  private static final Map<Path, Manifests> RENDERED = new ConcurrentHashMap<>();

  private Chart() {}

  private static Path withoutHooks() {
    try (Stream<Path> files = Files.walk(DIRECTORY)) {
      Path copy = Files.createTempDirectory(Path.of("target"), "chart");
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(DIRECTORY.relativize(file));
        Files.createDirectories(to.getParent());
        if (file.getParent().endsWith("tests")) {
          Files.writeString(to, Files.readString(file).replace("helm.sh/hook", "hook"));
        } else {
          Files.copy(file, to);
        }
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Helm helm() {
    return new Helm(DIRECTORY);
  }

  static List<Path> ciValues() {
    try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TemplateCommand template() {
    return new Helm(WITHOUT_HOOKS)
        .template()
        .withName(RELEASE)
        .withNamespace(NAMESPACE)
        // Helm takes an old one when it is not told.
        .withKubeVersion("1.31.0");
  }

  static Manifests with(Path values) {
    return RENDERED.computeIfAbsent(
        values, file -> Manifests.parse(template().withValuesFile(file).call()));
  }

  /** The chart with values that are no file of {@code ci}. */
  static Manifests withValues(String yaml) {
    try {
      Path file = Files.createTempFile(Path.of("target"), "values", ".yaml");
      return with(Files.writeString(file, yaml));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Manifests ci(String name) {
    return with(DIRECTORY.resolve("ci").resolve(name + "-values.yaml"));
  }

  /** A file that the chart shares with the compose stack and the tests. */
  static String file(String name) {
    try {
      return Files.readString(DIRECTORY.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
