package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.ProgramKind;

final class ProgramChooserTest {
  private static final List<float[]> REFERENCE = List.of(new float[] {1, -1}, new float[] {2, -2});

  @Test
  void program_thatAnswersAlike_isNotRefused() {
    ProgramTrial trial = ProgramJudge.judge(ProgramKind.FUSED, REFERENCE, REFERENCE, 10.0);
    assertThat(trial.refusal()).isNull();
    assertThat(trial.difference()).isZero();
    assertThat(trial.imagesPerSecond()).isEqualTo(10);
  }

  @Test
  void program_thatIsFurtherOffThanItsPrecisionAllows_isRefused() {
    List<float[]> off = List.of(new float[] {1.03f, -1}, new float[] {2, -2.03f});
    assertThat(ProgramJudge.judge(ProgramKind.FUSED, REFERENCE, off, 10.0).refusal())
        .contains("differ");
    assertThat(ProgramJudge.judge(ProgramKind.FUSED_BF16, REFERENCE, off, 10.0).refusal()).isNull();
  }

  @Test
  void program_whoseAnswersAreNoNumbers_isRefused() {
    List<float[]> broken = List.of(new float[] {Float.NaN, -1}, new float[] {2, -2});
    assertThat(ProgramJudge.judge(ProgramKind.FUSED_INT8, REFERENCE, broken, 10.0).refusal())
        .isNotNull();
  }

  @Test
  void outputsThatAreAllTheSame_areComparedByTheirSize() {
    List<float[]> constant = List.of(new float[] {3, 3}, new float[] {3, 3});
    List<float[]> near = List.of(new float[] {3.0001f, 3}, new float[] {3, 3});
    List<float[]> off = List.of(new float[] {4, 3}, new float[] {3, 3});
    List<float[]> zeros = List.of(new float[2], new float[2]);

    assertThat(ProgramJudge.judge(ProgramKind.PLAIN, constant, constant, 1.0).refusal()).isNull();
    assertThat(ProgramJudge.judge(ProgramKind.FUSED, constant, near, 1.0).refusal()).isNull();
    assertThat(ProgramJudge.judge(ProgramKind.FUSED, constant, off, 1.0).refusal()).isNotNull();
    assertThat(ProgramJudge.judge(ProgramKind.PLAIN, zeros, zeros, 1.0).refusal()).isNull();
    assertThat(ProgramJudge.judge(ProgramKind.PLAIN, zeros, zeros, 1.0).difference()).isZero();
  }

  @Test
  void networkThatAnswersNoNumbers_isSaidToBeDamaged() {
    assertThatThrownBy(
            () -> ProgramJudge.requireNumbers(List.of(new float[] {1, Float.POSITIVE_INFINITY})))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("NaN or infinity, in fp32: its weights are damaged");
    ProgramJudge.requireNumbers(List.of(new float[] {1, 0}));
  }

  @Test
  void int8_comesIntoQuestionByItselfOnlyWhereItWasChecked() {
    assertThat(ProgramChooser.candidates(Precision.AUTO, false))
        .contains(ProgramKind.PLAIN, ProgramKind.FUSED_BF16)
        .doesNotContain(ProgramKind.FUSED_INT8, ProgramKind.STOCK);
    assertThat(ProgramChooser.candidates(Precision.AUTO, true)).contains(ProgramKind.FUSED_INT8);
    assertThat(ProgramChooser.candidates(Precision.INT8, false))
        .containsExactly(ProgramKind.FUSED_INT8);
    assertThat(ProgramChooser.candidates(Precision.FP32, true))
        .containsExactly(ProgramKind.PLAIN, ProgramKind.FUSED);
  }

  @Test
  void gpu_hasProgramsOfItsOwn() {
    assertThat(ProgramChooser.candidatesOnGpu(Precision.AUTO))
        .containsExactly(ProgramKind.PLAIN, ProgramKind.CUDA_FP16);
    assertThat(ProgramChooser.candidatesOnGpu(Precision.FP32)).containsExactly(ProgramKind.PLAIN);
    assertThatThrownBy(() -> ProgramChooser.candidatesOnGpu(Precision.INT8))
        .isInstanceOf(EngineFailure.class)
        .hasMessageContaining("on a GPU there are fp32 and auto");
  }

  @Test
  void probePictures_areManyAndDiffer() {
    assertThat(new ProbePictures(32, false))
        .hasSizeGreaterThanOrEqualTo(200)
        .doesNotHaveDuplicates();
  }

  @Test
  void choice_isRememberedForTheSameProgramAndProcessor(@TempDir Path folder) {
    ChoiceMemory memory = new ChoiceMemory(folder, "a processor");
    String key = key(memory, "ab");
    assertThat(memory.recall(key)).isNull();
    ProgramChoice choice = new ProgramChoice(ProgramKind.FUSED_BF16, "the fastest", List.of());
    memory.remember(key, choice);
    assertThat(new ChoiceMemory(folder, "a processor").recall(key)).isEqualTo(choice);
    assertThat(key(memory, "cd")).isNotEqualTo(key);
    assertThat(key(new ChoiceMemory(folder, "another processor"), "ab")).isNotEqualTo(key);
  }

  @Test
  void memory_inAFolderThatCannotBeWritten_forgets(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    ChoiceMemory memory = new ChoiceMemory(file.resolve("programs"), "a processor");
    memory.remember("key", new ProgramChoice(ProgramKind.FUSED, "", List.of()));
    memory.trying("key", ProgramKind.FUSED);
    memory.survived();
    assertThat(memory.recall("key")).as("by this process").isNotNull();
    assertThat(new ChoiceMemory(file.resolve("programs"), "a processor").recall("key")).isNull();
  }

  private static String key(ChoiceMemory memory, String weights) {
    Graph graph =
        Architecture.parse("resnet20-cifar")
            .graph(FormulaWeights.cifar(20, 16, 10), Normalization.IMAGENET);
    return memory.key(graph, weights, 32, 2, Set.of(ProgramKind.PLAIN), "2.7.1");
  }
}
