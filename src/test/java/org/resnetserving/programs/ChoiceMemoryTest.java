package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.programs.ChoiceMemory.Death;
import org.resnetserving.programs.ChoiceMemory.Past;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
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
  void folder_thatCannotBeWritten_isForgotten_andSaidOnce(CapturedOutput log) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    ChoiceMemory memory = new ChoiceMemory(file, "cpu");
    memory.remember(KEY, FUSED);
    memory.remember(KEY, FUSED);
    assertThat(memory.recall(KEY)).as("by this process").isEqualTo(FUSED);
    assertThat(memory.isKept()).isFalse();
    assertThat(new ChoiceMemory(file, "cpu").recall(KEY)).isNull();
    assertThat(log.getOut().lines().filter(line -> line.contains("cannot be kept in " + file)))
        .hasSize(1);
  }

  /** As a dead process leaves it. */
  private Path marker(int number, Path report) throws IOException {
    return Files.writeString(
        folder.resolve(KEY + ".FUSED." + number + ".trying"), "crash report: " + report + "\n");
  }

  private ChoiceMemory after(Duration time) {
    return new ChoiceMemory(folder, "cpu", "1", () -> Instant.now().plus(time));
  }

  @Test
  void program_thatCrashedTwoProcesses_isTriedAgainAfterADay(CapturedOutput log)
      throws IOException {
    Path report = folder.resolve("hs_err_pid7.log");
    marker(1, report);
    marker(2, report);
    Files.writeString(report, "# SIGILL");
    ChoiceMemory soon = after(Duration.ofHours(23));
    ChoiceMemory later = after(Duration.ofHours(25));
    assertThat(soon.past(KEY, ProgramKind.FUSED)).isEqualTo(Past.KILLED);
    assertThat(soon.past(KEY, ProgramKind.FUSED)).isEqualTo(Past.KILLED);
    assertThat(soon.deaths(Death.CRASH)).isEqualTo(2);
    assertThat(soon.deaths(Death.KILL)).isZero();
    assertThat(log.getOut().lines().filter(line -> line.contains("A process crashed at")))
        .as("one line for each")
        .hasSize(2);
    assertThat(later.past(KEY, ProgramKind.FUSED)).isEqualTo(Past.CLEAR);
    assertThat(after(Duration.ofDays(-400)).past(KEY, ProgramKind.FUSED))
        .as("the clock was set back")
        .isEqualTo(Past.CLEAR);
  }

  @Test
  void program_inWhichProcessesWereKilledFromOutside_isTriedAgainAfterAnHour(CapturedOutput log)
      throws IOException {
    Path report = Files.writeString(folder.resolve("hs_err_pid7.log"), "# of an earlier process");
    Files.setLastModifiedTime(report, FileTime.from(Instant.now().minusSeconds(60)));
    marker(1, report);
    marker(2, folder.resolve("hs_err_pid8.log"));
    ChoiceMemory soon = after(Duration.ofMinutes(59));
    assertThat(soon.past(KEY, ProgramKind.FUSED)).isEqualTo(Past.KILLED);
    assertThat(soon.deaths(Death.KILL)).isEqualTo(2);
    assertThat(soon.deaths(Death.CRASH)).isZero();
    assertThat(log.getOut().lines().filter(line -> line.contains("was killed from outside")))
        .hasSize(2);
    assertThat(after(Duration.ofMinutes(61)).past(KEY, ProgramKind.FUSED)).isEqualTo(Past.CLEAR);
    Files.writeString(report, "# of a later process of that number");
    assertThat(after(Duration.ofMinutes(61)).past(KEY, ProgramKind.FUSED)).isEqualTo(Past.CLEAR);
    soon.absolve(KEY, ProgramKind.FUSED);
    assertThat(soon.deaths(Death.KILL)).isZero();
  }

  @Test
  void marker_namesWhereThisProcessWouldLeaveItsReport() throws IOException {
    ChoiceMemory memory = new ChoiceMemory(folder, "cpu");
    memory.trying(KEY, ProgramKind.FUSED);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(Files.readString(files.findFirst().orElseThrow()))
          .contains(
              "crash report: "
                  + Path.of("hs_err_pid" + ProcessHandle.current().pid() + ".log")
                      .toAbsolutePath());
    }
    memory.survived();
    assertThat(CrashReports.files("/cache/hs_err_%p.log", 7))
        .first()
        .isEqualTo(Path.of("/cache/hs_err_7.log"));
  }

  @Test
  void choiceWithoutAProgram_onceThatMayBeTriedAgain_isMadeAnew() throws IOException {
    Files.createFile(folder.resolve(KEY + ".FUSED_INT8.1.trying"));
    Files.createFile(folder.resolve(KEY + ".FUSED_INT8.2.trying"));
    Instant now = Instant.now();
    new ChoiceMemory(folder, "cpu").remember(KEY, WITHOUT_INT8);
    assertThat(new ChoiceMemory(folder, "cpu", "1", () -> now).recall(KEY)).isNotNull();
    assertThat(new ChoiceMemory(folder, "cpu", "1", () -> now.plusSeconds(3_700)).recall(KEY))
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
