package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.engine.CpuFeatures;
import org.resnetserving.engine.Engines;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.models.ModelFile;
import org.resnetserving.network.ActivationRanges.Range;
import org.resnetserving.network.Arithmetic;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;

/** What is served before programs were timed, and after. */
@Timeout(400)
final class FirstStartTest {
  private static final ModelDescriptor MODEL =
      ModelDescriptors.read(Path.of("models/resnet20-cifar10.yml"));
  private static final String WEIGHTS = "ab";

  @TempDir private Path folder;

  private ProgramChooser chooser(boolean tuneAtStart) {
    return new ProgramChooser(
        Engines.engine(),
        new ChoiceMemory(folder.resolve("programs"), "cpu"),
        new Calibrations(folder.resolve("calibrations")),
        2,
        tuneAtStart);
  }

  private ProgramChoice start(boolean tuneAtStart, Precision precision) throws Exception {
    try (ImportedNetwork network = network()) {
      ProgramChooser.Loaded loaded =
          chooser(tuneAtStart).load(MODEL, network.graph(), WEIGHTS, 8, precision);
      loaded.network().close();
      return loaded.choice();
    }
  }

  private ProgramChoice tune(BooleanSupplier disturbed) throws Exception {
    try (ImportedNetwork network = network()) {
      return chooser(false).tune(MODEL, network.graph(), WEIGHTS, 8, Precision.AUTO, disturbed);
    }
  }

  private static ImportedNetwork network() throws IOException {
    return ModelFile.of(MODEL, MODEL.weights().file()).open();
  }

  private Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("programs"))) {
      return files.toList().stream();
    }
  }

  @Test
  void firstStart_servesWhatIsExpected_comparedAndNotTimed() throws Exception {
    assumeTrue(CpuFeatures.has("avx512_vnni"));
    ProgramChoice choice = start(false, Precision.AUTO);

    assertThat(choice.kind().arithmetic()).isEqualTo(Arithmetic.INT8);
    assertThat(choice.tuned()).isFalse();
    assertThat(choice.reason()).contains("not timed yet");
    assertThat(choice.trials())
        .singleElement()
        .satisfies(
            trial -> {
              assertThat(trial.difference()).isBetween(1e-3, 0.075);
              assertThat(trial.refusal()).isNull();
            });
    assertThat(start(false, Precision.AUTO).reason()).contains("tried at an earlier start");
  }

  @Test
  void programThatIsExpectedButAnswersOtherwise_isNotServed() throws Exception {
    assumeTrue(CpuFeatures.has("avx512_vnni"));
    Map<String, Range> tiny = new HashMap<>();
    try (ImportedNetwork network = network()) {
      ProgramCompiler.scaled(network.graph()).forEach(name -> tiny.put(name, new Range(0, 0.01)));
    }
    new Calibrations(folder.resolve("calibrations")).keep(WEIGHTS, tiny);

    ProgramChoice choice = start(false, Precision.AUTO);

    assertThat(choice.kind().arithmetic()).isNotEqualTo(Arithmetic.INT8);
    assertThat(choice.trials().get(0).refusal()).contains("its answers differ by", "0.075");
    assertThatThrownBy(() -> start(false, Precision.INT8))
        .hasMessageContaining("precision int8 does not work on this machine")
        .hasMessageContaining("its answers differ");
  }

  @Test
  void tuning_timesAllProgramsAndIsRemembered() throws Exception {
    start(false, Precision.AUTO);

    ProgramChoice tuned = tune(() -> false);

    assertThat(tuned.tuned()).isTrue();
    assertThat(tuned.trials()).hasSize(4);
    assertThat(start(false, Precision.AUTO).trials()).isEqualTo(tuned.trials());
    assertThat(start(true, Precision.AUTO).trials()).isEqualTo(tuned.trials());
    assertThat(tune(() -> true)).as("it is known already").isEqualTo(tuned);
  }

  @Test
  void tuning_thatIsDisturbed_changesNothingAndLeavesNoMarker() throws Exception {
    ProgramChoice before = start(false, Precision.AUTO);

    assertThatThrownBy(() -> tune(() -> true)).isInstanceOf(CancellationException.class);

    assertThat(start(false, Precision.AUTO).kind()).isEqualTo(before.kind());
    assertThat(files()).hasSize(1).allMatch(file -> file.toString().endsWith(".choice"));
  }

  @Test
  void tuningAtTheStart_doesNotTakeWhatWasOnlyExpected() throws Exception {
    start(false, Precision.AUTO);

    assertThat(start(true, Precision.AUTO).tuned()).isTrue();
  }

  @Test
  void precisionThatIsAskedFor_isComparedWithPlainAsWell() throws Exception {
    assumeTrue(CpuFeatures.has("avx512_bf16"));
    ProgramChoice choice = start(false, Precision.BF16);

    assertThat(choice.kind()).isEqualTo(ProgramKind.FUSED_BF16);
    assertThat(choice.reason()).startsWith("the only one for precision bf16");
    assertThat(choice.trials())
        .singleElement()
        .satisfies(t -> assertThat(t.difference()).isPositive());
  }
}
