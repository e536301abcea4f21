package org.resnetserving.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.models.Labels;
import org.resnetserving.network.Activation;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class ClassificationTest {
  private static final Labels LABELS =
      Labels.read(Path.of("models/resnet20-cifar10/labels.txt"), 10);

  /** airplane, automobile, bird, cat, … */
  private static final double[] VALUES = {0.5, 0.3, 0.15, 0.05, 0, 0, 0, 0, 0, 0};

  @Test
  void labels_thatAreAllowed_areRankedWithTheirProbabilitiesAmongAll() {
    Classification said = classify(Map.of("labels", List.of("cat,automobile")), 0.4);
    assertThat(said.predictions()).extracting(RankedLabel::probability).containsExactly(0.3, 0.05);
    assertThat(said.unsure()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0.5,false", "0.51,true", "0,false"})
  void answer_belowTheThreshold_isUnsure(double threshold, boolean unsure) {
    assertThat(classify(Map.of(), threshold).unsure()).isEqualTo(unsure);
  }

  @Test
  void answer_whoseLabelsAreAllLeftOut_isJudgedAllTheSame() {
    Classification said = classify(Map.of("min_probability", List.of("0.9")), 0.6);
    assertThat(said.predictions()).isEmpty();
    assertThat(said.unsure()).isTrue();
  }

  @Test
  void answer_withoutAThreshold_saysNothingOfIt() {
    assertThat(classify(Map.of(), null).unsure()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"rollup,true,SIGMOID", "unsure_below,0.5,NONE", "rollup,true,SOFTMAX"})
  void answer_thatTheModelCannotGive_isRefused(String name, String value, Activation activation) {
    ClassifyParameters parameters =
        ClassifyParameters.of(Map.of(name, List.of(value)), LABELS, null);
    assertThatThrownBy(() -> Classification.requireAnswerable(parameters, LABELS, activation))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.ANSWER_UNAVAILABLE));
  }

  private static Classification classify(
      Map<String, List<String>> given, @Nullable Double unsureBelow) {
    ClassifyParameters parameters = ClassifyParameters.of(given, LABELS, unsureBelow);
    Double least = parameters.minProbability();
    return Classification.of(
        VALUES, Activation.SOFTMAX, LABELS, parameters, index -> least == null ? 0 : least);
  }
}
