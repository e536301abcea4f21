package org.resnetserving.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.ResNetServing;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.util.unit.DataSize;

/** What is said of too little memory, with a limit of the test's own. */
final class MemoryFloorTest {
  private static final DataSize MINIMUM = DataSize.ofMegabytes(768);

  @TempDir private Path folder;

  @BeforeEach
  void machine() throws IOException {
    write("proc/meminfo", "MemTotal:       16000000 kB\n");
    write("proc/self/cgroup", "0::/pod\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private MemoryFiles limited(long megabytes) throws IOException {
    write("cgroup/pod/memory.max", megabytes * 1024 * 1024 + "\n");
    return MemoryFiles.of(folder.resolve("proc"), folder.resolve("cgroup"));
  }

  @Test
  void limitBelowTheMinimum_refusesToStartInWords() throws IOException {
    MemoryFiles files = limited(512);
    assertThatThrownBy(() -> MemoryFloor.require(files, MINIMUM))
        .isInstanceOf(MemoryFloor.TooLittle.class)
        .hasMessageContaining("may use 512 MiB of memory")
        .hasMessageContaining("needs 768 MiB");
  }

  @Test
  void limitOfTheMinimum_isEnough() throws IOException {
    MemoryFiles files = limited(768);
    assertThatCode(() -> MemoryFloor.require(files, MINIMUM)).doesNotThrowAnyException();
  }

  @Test
  void minimumOfNothing_isAlwaysThere() throws IOException {
    MemoryFiles files = limited(64);
    assertThatCode(() -> MemoryFloor.require(files, DataSize.ofBytes(0)))
        .doesNotThrowAnyException();
  }

  @Test
  void machineThatTellsNoLimit_isNotRefused() {
    MemoryFiles files = MemoryFiles.of(folder.resolve("none"), folder.resolve("none"));
    assertThatCode(() -> MemoryFloor.require(files, MINIMUM)).doesNotThrowAnyException();
  }

  @Test
  void start_withLessThanTheMinimum_fails() {
    SpringApplication application = new SpringApplication(ResNetServing.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.addInitializers(MemoryFloor::require);
    assertThatThrownBy(() -> application.run("--resnet.memory.minimum=1000000GB"))
        .isInstanceOf(MemoryFloor.TooLittle.class);
  }

  @Test
  void failure_isToldWithWhatToDo() {
    assertThat(
            new MemoryFloor()
                .analyze(new IllegalStateException(new MemoryFloor.TooLittle("too little"))))
        .satisfies(
            told -> {
              assertThat(told.getDescription()).isEqualTo("too little");
              assertThat(told.getAction()).contains("resources.limits.memory", "resnet.memory");
            });
    assertThat(new MemoryFloor().analyze(new IllegalStateException("another"))).isNull();
  }
}
