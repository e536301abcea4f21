package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.resnetserving.network.ProgramKind.CUDA_FP16;
import static org.resnetserving.network.ProgramKind.FUSED;
import static org.resnetserving.network.ProgramKind.FUSED_BF16;
import static org.resnetserving.network.ProgramKind.FUSED_INT7;
import static org.resnetserving.network.ProgramKind.FUSED_INT8;
import static org.resnetserving.network.ProgramKind.PLAIN;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.resnetserving.models.ModelDescriptor.Precision;
import org.resnetserving.network.ProgramKind;

/** What is expected of processors, by what Linux says of them. */
final class ProcessorTest {
  private static final Set<ProgramKind> ALL = ProgramChooser.candidates(Precision.AUTO, true);

  private static Processor with(String flags) {
    return Processor.of(List.of("model name\t: A processor", flags));
  }

  @Test
  void processorWithVnniAndBf16_isExpectedToRunInt8Fastest() {
    assertThat(with("flags\t\t: fpu avx2 avx512f avx512_bf16 avx512_vnni").expected(ALL))
        .containsExactly(FUSED_INT8, FUSED_BF16, FUSED, PLAIN);
  }

  @Test
  void processorWithoutBf16_isNotExpectedToRunIt() {
    assertThat(
            with("flags\t\t: fpu avx avx2").expected(Set.of(PLAIN, FUSED, FUSED_BF16, FUSED_INT7)))
        .containsExactly(FUSED_INT7, FUSED, PLAIN);
    assertThat(with("flags\t\t: fpu sse4_1").expected(ALL)).containsExactly(FUSED, PLAIN);
  }

  @Test
  void armsFeatures_countAsWell() {
    assertThat(with("Features\t: fp asimd asimddp i8mm bf16").expected(ALL))
        .containsExactly(FUSED_INT8, FUSED_BF16, FUSED, PLAIN);
    assertThat(with("Features\t: fp asimd").expected(ALL)).containsExactly(FUSED, PLAIN);
  }

  @Test
  void processorThatNobodyTellsOf_isExpectedToRunAll() {
    assertThat(Processor.of(List.of("Mac OS X aarch64")).expected(ALL))
        .containsExactly(FUSED_INT8, FUSED_BF16, FUSED, PLAIN);
  }

  @Test
  void gpu_isExpectedToRunFp16Fastest() {
    assertThat(with("flags\t\t: fpu avx2").expected(ProgramChooser.candidatesOnGpu(Precision.AUTO)))
        .containsExactly(CUDA_FP16, PLAIN);
  }

  @Test
  void name_tellsModelsAndFeaturesApart() {
    assertThat(with("flags\t\t: fpu avx2").name())
        .isNotEqualTo(with("flags\t\t: fpu avx").name())
        .contains("A processor");
    assertThat(Processor.here()).isEqualTo(Processor.here());
  }
}
