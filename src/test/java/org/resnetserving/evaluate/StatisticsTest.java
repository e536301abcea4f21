package org.resnetserving.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers against those that the methods' own papers, or a sum by hand, give. */
final class StatisticsTest {

  /** Newcombe, Statistics in Medicine 17, 1998, table I, method 3. */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0, 0.1611",
    "1, 29, 0.0061, 0.1718",
    "20, 20, 0.8389, 1",
    "0, 0, 0, 1"
  })
  void wilson_isAsPublished(int counted, int of, double low, double high) {
    Interval interval = Interval.wilson(counted, of);
    assertThat(interval.low()).isCloseTo(low, within(6e-5));
    assertThat(interval.high()).isCloseTo(high, within(6e-5));
  }

  /** Two ratings of a prime minister by 1600 people (Agresti, Categorical Data Analysis, 10.1). */
  @Test
  void comparison_ofTheTextbook_isAsComputedElsewhere() {
    Comparison compared = new Comparison(1600, 1364, 150, 86);
    assertThat(compared.gain()).isCloseTo(-0.04, within(1e-12));
    assertThat(compared.gainInterval().low()).isCloseTo(-0.05868, within(1e-5));
    assertThat(compared.gainInterval().high()).isCloseTo(-0.02122, within(1e-5));
    assertThat(compared.mcNemar()).isCloseTo(3.715936e-5, within(1e-11));
  }

  @ParameterizedTest
  @CsvSource({"10, 2, 0.03857421875", "5, 9, 0.4239501953125", "0, 0, 1", "7, 7, 1", "0, 1, 1"})
  void mcNemar_isTheBinomialTail(int one, int other, double p) {
    assertThat(new Comparison(100, 80, one, other).mcNemar()).isCloseTo(p, within(1e-12));
  }

  @Test
  void mcNemar_ofManyPictures_isANumber() {
    assertThat(new Comparison(1_000_000, 0, 50_000, 50_000).mcNemar()).isEqualTo(1);
    assertThat(new Comparison(1_000_000, 0, 40_000, 60_000).mcNemar()).isBetween(0.0, 1e-300);
  }

  @Test
  void comparison_countsOnlyWhatBothAnswered() {
    Judgement right = new Judgement(1, 0.9, 0, 0.1);
    Judgement wrong = new Judgement(2, 0.8, 1, 2);
    assertThat(
            Comparison.of(
                Arrays.asList(right, right, wrong, wrong, null, right),
                Arrays.asList(right, wrong, right, wrong, right, null)))
        .isEqualTo(new Comparison(4, 2, 1, 1));
  }

  @Test
  void judgement_ofTies_takesTheFirst() {
    double[] probabilities = {0.2, 0.4, 0.4, 0};
    assertThat(Judgement.of(probabilities, 1)).isEqualTo(new Judgement(1, 0.4, 0, -Math.log(0.4)));
    assertThat(Judgement.of(probabilities, 2).rank()).isEqualTo(1);
    assertThat(Judgement.of(probabilities, 3).logLoss()).isBetween(700.0, 800.0);
  }

  @Test
  void calibrationError_isTheMeanGap() {
    List<Judgement> judgements = new ArrayList<>();
    // 3 of 4 right at 0.95, 1 of 4 right at 0.5; 0.6 is the upper edge of a bin.
    for (int i = 0; i < 4; i++) {
      judgements.add(new Judgement(0, 0.95, i < 3 ? 0 : 1, 1));
      judgements.add(new Judgement(0, 0.5, i < 1 ? 0 : 1, 1));
    }
    judgements.addAll(Collections.nCopies(2, new Judgement(0, 0.6, 0, 1)));
    Reliability reliability = Reliability.of(judgements);
    assertThat(reliability.bins()).hasSize(15);
    assertThat(reliability.bins().get(8).pictures()).isEqualTo(2);
    assertThat(reliability.expectedCalibrationError())
        .isCloseTo((4 * 0.2 + 4 * 0.25 + 2 * 0.4) / 10, within(1e-12));
    assertThat(Reliability.of(List.of()).expectedCalibrationError()).isZero();
  }
}
