package org.resnetserving.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.resnetserving.classify.Ranking.Ranked;

final class RankingTest {
  @Test
  void softmax_ofKnownLogits_isTheirExponentialsOverTheirSum() {
    double[] probabilities = Ranking.softmax(new float[] {0, (float) Math.log(3)});
    assertThat(probabilities[0]).isCloseTo(0.25, within(1e-7));
    assertThat(probabilities[1]).isCloseTo(0.75, within(1e-7));
  }

  @Test
  void softmax_ofHugeLogits_doesNotOverflow() {
    double[] probabilities = Ranking.softmax(new float[] {1e30f, 1e30f, -1e30f});
    assertThat(probabilities).containsExactly(0.5, 0.5, 0);
  }

  @Test
  void softmax_ofManyClasses_sumsToOne() {
    float[] logits = new float[1000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = i % 17 - i / 100f;
    }
    assertThat(Arrays.stream(Ranking.softmax(logits)).sum()).isCloseTo(1, within(1e-12));
  }

  @Test
  void top_ofFewerThanThereAre_areTheMostProbableInOrder() {
    assertThat(Ranking.top(new float[] {1, 4, 2, 3}, 2, 0))
        .extracting(Ranked::index)
        .containsExactly(1, 3);
  }

  @Test
  void top_ofEqualProbabilities_hasTheLowerIndexFirst() {
    assertThat(Ranking.top(new float[] {1, 1, 1, 1}, 2, 0))
        .extracting(Ranked::index)
        .containsExactly(0, 1);
  }

  @Test
  void top_withLeastProbability_leavesOutTheRest() {
    assertThat(Ranking.top(new float[] {0, (float) Math.log(3)}, 2, 0.5))
        .extracting(Ranked::index)
        .containsExactly(1);
  }
}
