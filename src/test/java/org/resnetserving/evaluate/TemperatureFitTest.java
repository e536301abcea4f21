package org.resnetserving.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.resnetserving.evaluate.TemperatureFit.Check;
import org.resnetserving.evaluate.TemperatureFit.Sample;

final class TemperatureFitTest {

  /**
   * Of two classes, right in three of four pictures, whose logits differ by d: the loss is least
   * where the probability is 3/4, at d / ln 3.
   */
  @Test
  void temperature_ofAnOverconfidentNetwork_makesItAsSureAsItIsRight() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      samples.add(new Sample(new float[] {4, 0}, i % 8 < 6 ? 0 : 1));
    }
    TemperatureFit fit = TemperatureFit.of("fp32", samples, List.of(2.0));
    assertThat(fit.temperature()).isCloseTo(4 / Math.log(3), within(1e-4));
    assertThat(fit.fitted()).isEqualTo(200);
    assertThat(fit.held()).isEqualTo(200);
    assertThat(fit.checks()).extracting(Check::temperature).startsWith(1.0, 2.0);
    Check before = fit.checks().get(0);
    Check after = fit.checks().get(2);
    assertThat(before.calibrationError()).isCloseTo(1 / (1 + Math.exp(-4)) - 0.75, within(1e-9));
    assertThat(after.calibrationError()).isCloseTo(0, within(1e-4));
    assertThat(after.logLoss())
        .isCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), within(1e-6));
    assertThat(before.logLoss()).isGreaterThan(after.logLoss());
  }

  /** The half that is fitted on has no part in the check. */
  @Test
  void checks_areOnTheOtherHalf() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      samples.add(new Sample(new float[] {1, 0}, i % 2));
    }
    TemperatureFit fit = TemperatureFit.of("fp32", samples, List.of());
    assertThat(fit.temperature()).isCloseTo(0.05, within(1e-4));
    assertThat(fit.checks().get(1).logLoss()).isCloseTo(20, within(0.01));
  }
}
