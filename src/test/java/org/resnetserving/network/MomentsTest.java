package org.resnetserving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentsTest {

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 0.5", "2, 0.7", "-0.3, 2", "0.4, 0", "-0.4, 0"})
  void rectified_areThoseOfRectifiedSamples(float mean, float deviation) {
    Random random = new Random(5);
    int samples = 400_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < samples; i++) {
      double value = Math.max(mean + deviation * random.nextGaussian(), 0);
      sum += value;
      squares += value * value;
    }
    double expected = sum / samples;
    double expectedDeviation = Math.sqrt(squares / samples - expected * expected);

    Moments moments = Moments.of(new float[] {mean}, new float[] {deviation}).rectified();

    assertThat(moments.means()[0]).isCloseTo(expected, within(0.01));
    ActivationRanges.Range range = moments.range(1);
    assertThat((range.high() - range.low()) / 2).isCloseTo(expectedDeviation, within(0.01));
  }
}
