package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.resnetserving.engine.Engines;
import org.resnetserving.network.ActivationRanges;
import org.resnetserving.network.ActivationRanges.Range;
import org.resnetserving.network.Architecture;
import org.resnetserving.network.FormulaWeights;
import org.resnetserving.network.Graph;
import org.resnetserving.network.Normalization;
import org.resnetserving.network.Passes;
import org.resnetserving.network.ProgramCompiler;

class ObservedRangesTest {

  /** As ONNX files come: with batch norms folded into convolutions. */
  @Test
  void networkWithoutBatchNorms_getsItsRangesFromGeneratedPictures() throws IOException {
    Graph folded =
        Passes.optimize(
            Architecture.parse("resnet20-cifar")
                .graph(FormulaWeights.cifar(20, 4, 5), Normalization.IMAGENET));
    List<String> scaled = ProgramCompiler.scaled(folded);
    ActivationRanges told = ActivationRanges.ofBatchNorms(folded, 8);
    assertThat(told.missing(scaled)).isEqualTo(scaled).hasSize(19);

    Map<String, Range> seen = ObservedRanges.ofGenerated(Engines.engine(), folded, 32, scaled);

    assertThat(told.refined(seen).missing(scaled)).isEmpty();
    assertThat(seen.values()).allMatch(range -> range.low() <= 0 && range.high() > 0);
  }
}
