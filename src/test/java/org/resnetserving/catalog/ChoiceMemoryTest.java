package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.network.ProgramKind;

final class ChoiceMemoryTest {
  private static final String KEY = "0123456789abcdef";

  @TempDir private Path folder;

  @Test
  void choice_remembered_isRecalledByAnotherProcess() {
    new ChoiceMemory(folder, "cpu").remember(KEY, ProgramKind.FUSED);
    assertThat(new ChoiceMemory(folder, "cpu").recall(KEY)).isEqualTo(ProgramKind.FUSED);
  }

  @Test
  void choice_inAFolderThatIsShared_isReadWholeOrNotAtAll() throws Exception {
    ChoiceMemory writer = new ChoiceMemory(folder, "cpu");
    ChoiceMemory reader = new ChoiceMemory(folder, "cpu");
    writer.remember(KEY, ProgramKind.FUSED);
    AtomicBoolean writing = new AtomicBoolean(true);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> writes =
          other.submit(
              () -> {
                for (int i = 0; i < 500; i++) {
                  writer.remember(KEY, i % 2 == 0 ? ProgramKind.PLAIN : ProgramKind.FUSED_BF16);
                }
                writing.set(false);
              });
      while (writing.get()) {
        assertThat(reader.recall(KEY)).isNotNull();
      }
      writes.get();
    } finally {
      other.shutdownNow();
    }
    assertThat(files()).containsExactly(KEY + ".choice");
  }

  @Test
  void mark_ofATrial_isThereWhileItLasts() throws IOException {
    ChoiceMemory memory = new ChoiceMemory(folder, "cpu");
    memory.trying(KEY, ProgramKind.FUSED);
    assertThat(new ChoiceMemory(folder, "cpu").killed(KEY, ProgramKind.FUSED)).isTrue();
    memory.survived();
    assertThat(files()).isEmpty();
  }

  @Test
  void folder_thatCannotBeWritten_isForgotten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    ChoiceMemory memory = new ChoiceMemory(file, "cpu");
    memory.remember(KEY, ProgramKind.FUSED);
    assertThat(memory.recall(KEY)).isNull();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
