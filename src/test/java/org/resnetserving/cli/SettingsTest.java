package org.resnetserving.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to say which models to serve. */
final class SettingsTest {
  @TempDir private Path folder;

  @Test
  void models_inOneLine_areServed() {
    assertThat(models("--models=resnet50,resnet152")).containsExactly("resnet50", "resnet152");
  }

  @Test
  void models_asAListInYaml_areServed() throws IOException {
    Path file = folder.resolve("list.yml");
    Files.writeString(file, "models:\n  - resnet50\n  - resnet152\n");
    String location = "--spring.config.additional-location=" + file;
    assertThat(models(location)).containsExactly("resnet50", "resnet152");
    assertThat(models(location, "--models=resnet18")).containsExactly("resnet18");
  }

  @Test
  void models_thatAreNotSaid_areNone_andKservesNameIsOne() {
    assertThat(models()).isEmpty();
    assertThat(models("--model_name=cats")).containsExactly("cats");
    assertThat(models("--model_name=cats", "--models=dogs")).containsExactly("dogs");
  }

  private static List<String> models(String... arguments) {
    return Settings.of(List.of(arguments)).catalog().models();
  }
}
