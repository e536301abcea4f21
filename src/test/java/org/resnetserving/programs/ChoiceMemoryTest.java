package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.programs.ChoiceMemory.Past;

final class ChoiceMemoryTest {
  private static final String KEY = "0123456789abcdef";

  private static final ProgramChoice FUSED =
      new ProgramChoice(
          ProgramKind.FUSED,
          "the fastest",
          List.of(
              new ProgramTrial(ProgramKind.PLAIN, 9.5, 0.0, null),
              new ProgramTrial(ProgramKind.FUSED, 12.25, 1e-6, null)));
  private static final ProgramChoice OTHER =
      new ProgramChoice(ProgramKind.PLAIN, "the only one", List.of());
  private static final ProgramChoice WITHOUT_INT8 =
      new ProgramChoice(
          ProgramKind.FUSED,
          "the fastest",
          List.of(ProgramTrial.refused(ProgramKind.FUSED_INT8, ProgramTrial.KILLED)));

  @TempDir private Path folder;

  @Test
  void choice_remembered_isRecalledByAnotherProcess() {
    new ChoiceMemory(folder, "cpu").remember(KEY, FUSED);
    assertThat(new ChoiceMemory(folder, "cpu").recall(KEY)).isEqualTo(FUSED);
  }

  @Test
  void choice_inAFolderThatIsShared_isReadWholeOrNotAtAll() throws Exception {
    ChoiceMemory writer = new ChoiceMemory(folder, "cpu");
    ChoiceMemory reader = new ChoiceMemory(folder, "cpu");
    writer.remember(KEY, FUSED);
    AtomicBoolean writing = new AtomicBoolean(true);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<?> writes =
          other.submit(
              () -> {
                for (int i = 0; i < 500; i++) {
                  writer.remember(KEY, i % 2 == 0 ? FUSED : OTHER);
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
  void choice_withoutAProgramThatKilled_countsForAsLongAsItsMarkerIsThere() throws IOException {
    ChoiceMemory memory = new ChoiceMemory(folder, "cpu");
    memory.remember(KEY, WITHOUT_INT8);
    Path marker = folder.resolve(KEY + ".FUSED_INT8.1.trying");
    Files.createFile(marker);
    Files.createFile(folder.resolve(KEY + ".FUSED_INT8.2.trying"));
    assertThat(memory.recall(KEY)).isEqualTo(WITHOUT_INT8);
    Files.delete(marker);
    assertThat(memory.recall(KEY)).isNull();
  }

  @Test
  void trial_thatEnds_leavesNothing() throws IOException {
    ChoiceMemory memory = new ChoiceMemory(folder, "cpu");
    memory.trying(KEY, ProgramKind.FUSED);
    assertThat(files()).hasSize(1).allMatch(name -> name.endsWith(".trying"));
    memory.survived();
    assertThat(files()).isEmpty();
  }

  @Test
  void trial_ofAnotherProcess_countsOnceThatIsDead() throws Exception {
    ChoiceMemory memory = new ChoiceMemory(folder, "cpu");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                KernelWidthTest.classPath(),
                Other.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.inputReader().lines().anyMatch("trying"::equals)).isTrue();
      assertThat(memory.past(KEY, ProgramKind.FUSED_INT8)).isEqualTo(Past.CLEAR);
      // Both may: each has a marker of its own.
      memory.trying(KEY, ProgramKind.FUSED_INT8);
      assertThat(files()).hasSize(2);
      memory.survived();
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(memory.past(KEY, ProgramKind.FUSED_INT8))
        .as("it may have been killed from outside: once more")
        .isEqualTo(Past.CLEAR);
    Files.createFile(folder.resolve(KEY + ".FUSED_INT8.2.trying"));
    assertThat(memory.past(KEY, ProgramKind.FUSED_INT8)).isEqualTo(Past.KILLED);
    assertThat(memory.past(KEY, ProgramKind.FUSED)).isEqualTo(Past.CLEAR);
  }

  @Test
  void trial_thatEndsWell_absolvesTheProgramOfAnEarlierDeath() throws IOException {
    ChoiceMemory memory = new ChoiceMemory(folder, "cpu");
    Files.createFile(folder.resolve(KEY + ".FUSED.1.trying"));
    memory.trying(KEY, ProgramKind.FUSED);
    memory.absolve(KEY, ProgramKind.FUSED);
    memory.survived();
    assertThat(files()).isEmpty();
  }

  /** Begins a trial and dies in it. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws InterruptedException {
      new ChoiceMemory(Path.of(args[0]), "cpu").trying(KEY, ProgramKind.FUSED_INT8);
      System.out.println("trying");
      Thread.sleep(60_000);
    }
  }

  @Test
  void trial_whoseMarkerCannotBeAsked_isUnclear() throws IOException {
    // A link to itself cannot be opened, as a file may not be where there are no locks.
    Path marker = folder.resolve(KEY + ".FUSED.1.trying");
    Files.createSymbolicLink(marker, marker);
    ChoiceMemory memory = new ChoiceMemory(folder, "cpu");
    assertThat(memory.past(KEY, ProgramKind.FUSED)).isEqualTo(Past.UNCLEAR);
    Files.createFile(folder.resolve(KEY + ".FUSED.2.trying"));
    Files.createFile(folder.resolve(KEY + ".FUSED.3.trying"));
    assertThat(memory.past(KEY, ProgramKind.FUSED)).isEqualTo(Past.KILLED);
  }

  @Test
  void folder_thatCannotBeWritten_isForgotten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    ChoiceMemory memory = new ChoiceMemory(file, "cpu");
    memory.remember(KEY, FUSED);
    assertThat(memory.recall(KEY)).as("by this process").isEqualTo(FUSED);
    assertThat(new ChoiceMemory(file, "cpu").recall(KEY)).isNull();
  }

  @Test
  void program_thatKilledTwice_isTriedAgainAfterADay() throws IOException {
    Files.createFile(folder.resolve(KEY + ".FUSED.1.trying"));
    Files.createFile(folder.resolve(KEY + ".FUSED.2.trying"));
    Instant now = Instant.now();
    ChoiceMemory soon = new ChoiceMemory(folder, "cpu", "1", () -> now.plusSeconds(23 * 3600));
    ChoiceMemory later = new ChoiceMemory(folder, "cpu", "1", () -> now.plusSeconds(25 * 3600));
    assertThat(soon.past(KEY, ProgramKind.FUSED)).isEqualTo(Past.KILLED);
    assertThat(later.past(KEY, ProgramKind.FUSED)).isEqualTo(Past.CLEAR);
  }

  @Test
  void choiceWithoutAProgram_onceThatMayBeTriedAgain_isMadeAnew() throws IOException {
    Files.createFile(folder.resolve(KEY + ".FUSED_INT8.1.trying"));
    Files.createFile(folder.resolve(KEY + ".FUSED_INT8.2.trying"));
    Instant now = Instant.now();
    new ChoiceMemory(folder, "cpu").remember(KEY, WITHOUT_INT8);
    assertThat(new ChoiceMemory(folder, "cpu", "1", () -> now).recall(KEY)).isNotNull();
    assertThat(new ChoiceMemory(folder, "cpu", "1", () -> now.plusSeconds(90_000)).recall(KEY))
        .isNull();
  }

  @Test
  void choice_thatAnotherVersionMade_isNotTrusted() {
    Graph graph =
        Architecture.parse("resnet20-cifar")
            .graph(FormulaWeights.cifar(20, 16, 10), Normalization.IMAGENET);
    ChoiceMemory older = new ChoiceMemory(folder, "cpu", "1.0.0 abc", Instant::now);
    ChoiceMemory newer = new ChoiceMemory(folder, "cpu", "1.0.1 def", Instant::now);
    older.remember(key(older, graph), FUSED);
    assertThat(older.recall(key(older, graph))).isEqualTo(FUSED);
    assertThat(newer.recall(key(newer, graph))).isNull();
  }

  private static String key(ChoiceMemory memory, Graph graph) {
    return memory.key(graph, "ab", 32, 2, Set.of(ProgramKind.PLAIN), "2.7.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"kind\":\"FUSED\"}",
        "{\"kind\":\"FUSED\",\"reason\":\"the fastest\"}",
        "{\"kind\":\"WARPED\",\"reason\":\"the fastest\",\"trials\":[]}",
        "{\"kind\":\"FUSED\",\"reason\":\"the fastest\",\"trials\":[null]}",
        "{\"kind\":\"FUSED\",\"reason\":\"the fastest\",\"trials\":[{}]}",
        "{\"kind\":\"FUSED\",\"reason\":\"the fa"
      })
  void file_thatAnotherVersionWroteUnderTheSameName_isDropped(String text) throws IOException {
    Files.writeString(folder.resolve(KEY + ".choice"), text);
    assertThat(new ChoiceMemory(folder, "cpu").recall(KEY)).isNull();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
