package org.resnetserving.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

final class ProblemAdviceTest {
  private final ProblemAdvice advice = new ProblemAdvice();

  @ParameterizedTest
  @EnumSource(ProblemType.class)
  void problem_ofEveryType_isADocumentOfThatType(ProblemType type) {
    ResponseEntity<ProblemDetail> response =
        advice.problem(new ProblemException(type, "what happened").with("limit", 3));
    assertThat(response.getStatusCode().value()).isBetween(400, 599);
    assertThat(response.getHeaders().getContentType())
        .isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
    ProblemDetail body = response.getBody();
    assertThat(body.getType().toString()).isEqualTo("urn:resnet-serving:problem:" + type.slug());
    assertThat(body.getTitle()).isEqualTo(type.title());
    assertThat(body.getDetail()).isEqualTo("what happened");
    assertThat(body.getProperties()).containsEntry("limit", 3);
  }

  @Test
  void problem_thatKnowsWhenToComeBack_saysSoInTheHeader() {
    ResponseEntity<ProblemDetail> response =
        advice.problem(
            new ProblemException(ProblemType.OVERLOADED, "full")
                .with(ProblemException.RETRY_AFTER_SECONDS, 7));
    assertThat(response.getHeaders().getFirst("Retry-After")).isEqualTo("7");
  }

  @Test
  void failure_unexpected_keepsItsMessageToTheLog() {
    ResponseEntity<ProblemDetail> response =
        advice.unexpected(new IllegalStateException("a secret"));
    assertThat(response.getStatusCode().value()).isEqualTo(500);
    assertThat(response.getBody().getDetail()).doesNotContain("secret");
  }
}
