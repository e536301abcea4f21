package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.resnetserving.bench.ResponseReader.Response;

final class AnswerTest {
  private static final Answer CATS = ranked("cat", 0.5, "dog", 0.3);

  @Test
  void difference_ofTheSame_isNone() {
    assertThat(CATS.difference(ranked("cat", 0.5, "dog", 0.3))).isZero();
  }

  @Test
  void difference_ofTheSameLabels_isTheLargestOfTheirProbabilities() {
    assertThat(CATS.difference(ranked("dog", 0.31, "cat", 0.48))).isBetween(0.0199, 0.0201);
  }

  @Test
  void difference_ofOtherLabels_isHowMuchMoreProbableTheyAreThanTheLast() {
    assertThat(CATS.difference(ranked("cat", 0.5, "fox", 0.3))).isZero();
    assertThat(CATS.difference(ranked("fox", 0.5, "dog", 0.3))).isBetween(0.199, 0.201);
  }

  @Test
  void difference_ofAnotherStatusOrOfNothing_isInfinite() {
    assertThat(CATS.difference(answer(200, "{}"))).isInfinite();
    assertThat(answer(200, "{}").difference(answer(400, "{}"))).isInfinite();
    assertThat(answer(400, "words").difference(answer(400, "{}"))).isZero();
  }

  @Test
  void difference_ofTensors_isAShareOfTheLargestNumber() {
    Answer first = answer(200, "{\"outputs\": [{\"name\": \"logits\", \"data\": [10.0, -20.0]}]}");
    Answer other = answer(200, "{\"outputs\": [{\"name\": \"logits\", \"data\": [10.0, -20.2]}]}");
    assertThat(first.difference(other)).isBetween(0.0099, 0.0101);
    assertThat(first.difference(first)).isZero();
  }

  private static Answer ranked(String first, double most, String second, double less) {
    return answer(
        200,
        ("{\"predictions\": [{\"label\": \"%s\", \"probability\": %s},"
                + " {\"label\": \"%s\", \"probability\": %s}]}")
            .formatted(first, most, second, less));
  }

  private static Answer answer(int status, String body) {
    return Answer.of(new Response(status, body, true));
  }
}
