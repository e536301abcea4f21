package org.resnetserving.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.models.Labels;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class RollUpTest {
  private static final Labels IMAGENET = Labels.read(Path.of("models/imagenet-labels.tsv"), 1000);

  /** Tabby, tiger cat and Egyptian cat; golden retriever; a container ship. */
  private static final double[] CAT = probabilities();

  private static double[] probabilities() {
    double[] probabilities = new double[1000];
    probabilities[281] = 0.45;
    probabilities[282] = 0.25;
    probabilities[285] = 0.1;
    probabilities[207] = 0.15;
    probabilities[510] = 0.05;
    return probabilities;
  }

  @ParameterizedTest
  @CsvSource({
    "0.45, tabby, 0.45",
    "0.5, domestic cat, 0.8",
    "0.8, domestic cat, 0.8",
    "0.81, domestic animal, 0.95",
    "0.96, whole, 1",
  })
  void rollUp_byThreshold_isTheFinestKindThatReachesIt(
      double threshold, String label, double probability) {
    RollUp rollUp = RollUp.of(CAT, 281, IMAGENET, threshold);
    assertThat(rollUp.label()).isEqualTo(label);
    assertThat(rollUp.probability()).isCloseTo(probability, within(1e-12));
    assertThat(rollUp.path().get(0).label()).isEqualTo("tabby");
    assertThat(rollUp.path().get(rollUp.path().size() - 1).wnid()).isEqualTo(rollUp.wnid());
  }

  @Test
  void rollUp_ofAThresholdThatNothingReaches_isAllOfThem() {
    double[] low = CAT.clone();
    low[510] = 0.04;
    RollUp rollUp = RollUp.of(low, 281, IMAGENET, 1);
    assertThat(rollUp.label()).isEqualTo("entity");
    assertThat(rollUp.probability()).isLessThan(1);
  }

  @Test
  void rollUp_staysOnTheLineageOfTheBestClass() {
    double[] probabilities = new double[1000];
    probabilities[510] = 0.4;
    for (int dog = 151; dog < 211; dog++) {
      probabilities[dog] = 0.01;
    }
    assertThat(RollUp.of(probabilities, 510, IMAGENET, 0.6).label()).isEqualTo("whole");
  }

  @Test
  void rollUp_withoutWordNetIds_isRefusedWithTheClassThatHasNone() {
    Labels cifar = Labels.read(Path.of("models/resnet20-cifar10/labels.txt"), 10);
    assertThatThrownBy(() -> RollUp.of(new double[10], 0, cifar, 0.8))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.ANSWER_UNAVAILABLE))
        .hasMessageContaining("airplane");
  }
}
