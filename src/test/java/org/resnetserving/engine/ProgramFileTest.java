package org.resnetserving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of the files that programs are loaded from. */
final class ProgramFileTest {
  @TempDir private Path folder;

  @Test
  void file_isGoneOnceItIsClosed() throws IOException {
    try (ProgramFile file = ProgramFile.in(folder)) {
      assertThat(file.path()).hasParent(folder).isEmptyFile();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void files_thatProcessesLeftBehind_areRemoved_andNoOthers() throws IOException {
    Instant now = Instant.now();
    Path dead = file("resnet-serving-1.pt", now.minus(ProgramFile.LEFT_BEHIND.multipliedBy(2)));
    Path alive = file("resnet-serving-2.pt", now);
    Path other = file("notes.pt", now.minus(ProgramFile.LEFT_BEHIND.multipliedBy(2)));

    ProgramFile.in(folder).close();

    assertThat(dead).doesNotExist();
    assertThat(alive).exists();
    assertThat(other).exists();
  }

  private Path file(String name, Instant modified) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "half of it");
    return Files.setLastModifiedTime(file, FileTime.from(modified));
  }
}
