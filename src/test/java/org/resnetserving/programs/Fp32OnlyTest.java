package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.network.ProgramKind;

final class Fp32OnlyTest {
  private static final ProgramTrial FUSED = new ProgramTrial(ProgramKind.FUSED, 40.0, 0.0, null);

  @Test
  void fp32_thatWasAskedFor_isTheReason() {
    assertThat(because(Precision.FP32, ProgramKind.FUSED, FUSED))
        .isEqualTo("fp32 only, because precision fp32 is asked for");
  }

  @Test
  void others_thatWereRefused_areNamedWithTheirReasons() {
    assertThat(
            because(
                Precision.AUTO,
                ProgramKind.FUSED,
                FUSED,
                ProgramTrial.refused(ProgramKind.FUSED_BF16, "no bf16 here"),
                ProgramTrial.refused(ProgramKind.FUSED_INT7, "too far off")))
        .isEqualTo(
            "fp32 only, because bf16 is not used: no bf16 here; int8 is not used: too far off");
  }

  @Test
  void int8_thatNobodyCompared_isToldHowToBeTried() {
    assertThat(
            because(
                Precision.AUTO,
                ProgramKind.PLAIN,
                ProgramTrial.refused(ProgramKind.FUSED_BF16, "no bf16 here")))
        .contains("int8 is not tried", "models calibrate", "int8_checked");
  }

  @Test
  void other_thatIsPossible_leavesNoReason() {
    assertThat(
            because(
                Precision.AUTO,
                ProgramKind.FUSED,
                FUSED,
                new ProgramTrial(ProgramKind.FUSED_BF16, 30.0, 0.01, null)))
        .isNull();
    assertThat(because(Precision.AUTO, ProgramKind.FUSED_INT8)).isNull();
  }

  @Test
  void gpu_hasNoBf16AndInt8() {
    ProgramTrial half = ProgramTrial.refused(ProgramKind.CUDA_FP16, "too far off");
    assertThat(
            Fp32Only.because(
                new ProgramChoice(ProgramKind.PLAIN, "", List.of(half)), Precision.AUTO, true))
        .isEqualTo(
            "fp32 only, because fp16 is not used: too far off; bf16 and int8 are for processors");
  }

  private static String because(Precision asked, ProgramKind kind, ProgramTrial... trials) {
    return Fp32Only.because(new ProgramChoice(kind, "", List.of(trials)), asked, false);
  }
}
