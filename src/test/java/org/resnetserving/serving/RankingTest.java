package org.resnetserving.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.resnetserving.network.Activation;
import org.resnetserving.serving.Ranking.Ranked;

final class RankingTest {
  @Test
  void softmax_ofKnownLogits_isTheirExponentialsOverTheirSum() {
    double[] probabilities = Ranking.softmax(new float[] {0, (float) Math.log(3)}, 1);
    assertThat(probabilities[0]).isCloseTo(0.25, within(1e-7));
    assertThat(probabilities[1]).isCloseTo(0.75, within(1e-7));
  }

  @Test
  void softmax_ofHugeLogits_doesNotOverflow() {
    double[] probabilities = Ranking.softmax(new float[] {1e30f, 1e30f, -1e30f}, 1);
    assertThat(probabilities).containsExactly(0.5, 0.5, 0);
  }

  @Test
  void softmax_ofManyClasses_sumsToOne() {
    float[] logits = new float[1000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i % 17 - i / 100f;
    }
    assertThat(Arrays.stream(Ranking.softmax(logits, 1)).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void top_ofFewerThanThereAre_areTheMostProbableInOrder() {
    assertThat(Ranking.top(new float[] {1, 4, 2, 3}, Activation.SOFTMAX, 2, 0))
        .extracting(Ranked::index)
        .containsExactly(1, 3);
  }

  @Test
  void top_ofEqualProbabilities_hasTheLowerIndexFirst() {
    assertThat(Ranking.top(new float[] {1, 1, 1, 1}, Activation.SOFTMAX, 2, 0))
        .extracting(Ranked::index)
        .containsExactly(0, 1);
  }

  @Test
  void top_withLeastProbability_leavesOutTheRest() {
    assertThat(Ranking.top(new float[] {0, (float) Math.log(3)}, Activation.SOFTMAX, 2, 0.5))
        .extracting(Ranked::index)
        .containsExactly(1);
  }

  @Test
  void top_withAThresholdForEachClass_leavesOutThoseBelowTheirOwn() {
    double[] probabilities = {0.4, 0.9, 0.1, 0.5};
    double[] thresholds = {0.5, 0.95, 0.05, 0.5};
    assertThat(Ranking.top(probabilities, index -> true, 4, index -> thresholds[index]))
        .extracting(Ranked::index)
        .containsExactly(3, 2);
  }

  @Test
  void probabilities_ofSigmoid_areEachForItself() {
    assertThat(Ranking.probabilities(new float[] {-4, 0, 4}, Activation.SIGMOID, 1))
        .containsExactly(
            new double[] {0.01798620996209156, 0.5, 0.9820137900379085}, within(1e-12));
  }

  @Test
  void top_withoutActivation_isTheLargestOutputs_whateverTheLeastProbability() {
    assertThat(Ranking.top(new float[] {-7, 12, -3}, Activation.NONE, 2, 0.5))
        .extracting(Ranking.Ranked::index, Ranking.Ranked::probability)
        .containsExactly(tuple(1, 12.0), tuple(2, -3.0));
  }
}
