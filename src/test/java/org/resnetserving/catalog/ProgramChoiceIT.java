package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.ServiceProcess;

/** What the jar leaves in its cache for the next start, or for another pod. */
@Timeout(180)
final class ProgramChoiceIT {
  @TempDir private Path folder;

  @Test
  void choice_withoutAProgramThatAnotherMayBeTrying_isNotRemembered() throws Exception {
    String first = start();
    assertThat(first).doesNotContain("killed the process");
    Path choice = choices().get(0);
    Files.delete(choice);
    String key = choice.getFileName().toString().replace(".choice", "");
    // A link to itself can neither be locked nor be told not to be.
    Path marker = choice.resolveSibling(key + ".FUSED.1.trying");
    Files.createSymbolicLink(marker, marker);
    assertThat(start()).contains("or is being tried by another");
    assertThat(choices()).isEmpty();

    // Nobody holds this one.
    Files.delete(marker);
    Files.createFile(marker);
    Files.createFile(choice.resolveSibling(key + ".FUSED.2.trying"));
    assertThat(start()).contains("killed the process at two earlier starts of the last day");
    assertThat(choices()).containsExactly(choice);
  }

  private String start() throws Exception {
    try (ServiceProcess service =
        ServiceProcess.start(
            folder, "--models=" + ServiceProcess.SMALL, "--resnet.tuning.when=start")) {
      service.awaitReady(ServiceProcess.SMALL);
      return service.log();
    }
  }

  private List<Path> choices() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("cache/programs"))) {
      return files.filter(file -> file.toString().endsWith(".choice")).toList();
    }
  }
}
