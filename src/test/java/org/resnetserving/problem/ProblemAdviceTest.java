package org.resnetserving.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.ServletWebRequest;

final class ProblemAdviceTest {
  private final ProblemAdvice advice = new ProblemAdvice();
  private final MockHttpServletRequest asked = new MockHttpServletRequest("POST", "/v1/classify");
  private final ServletWebRequest request = new ServletWebRequest(asked);

  private static ProblemDetail document(ResponseEntity<Object> response) {
    return (ProblemDetail) response.getBody();
  }

  @ParameterizedTest
  @EnumSource(ProblemType.class)
  void problem_ofEveryType_isADocumentOfThatType(ProblemType type) {
    ResponseEntity<Object> response =
        advice.problem(new ProblemException(type, "what happened").with("limit", 3), request);
    assertThat(response.getStatusCode().value()).isBetween(400, 599);
    assertThat(response.getHeaders().getContentType())
        .isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
    ProblemDetail body = document(response);
    assertThat(body.getType().toString()).isEqualTo("urn:resnet-serving:problem:" + type.slug());
    assertThat(body.getTitle()).isEqualTo(type.title());
    assertThat(body.getDetail()).isEqualTo("what happened");
    assertThat(body.getProperties()).containsEntry("limit", 3);
  }

  @Test
  void problem_thatKnowsWhenToComeBack_saysSoInTheHeader() {
    ResponseEntity<Object> response =
        advice.problem(
            new ProblemException(ProblemType.OVERLOADED, "full")
                .with(ProblemException.RETRY_AFTER_SECONDS, 7),
            request);
    assertThat(response.getHeaders().getFirst("Retry-After")).isEqualTo("7");
  }

  @Test
  void problem_atAnotherServersAddress_isAnErrorInItsWords() {
    asked.setRequestURI("/v2/models");
    ResponseEntity<Object> response =
        advice.problem(new ProblemException(ProblemType.OVERLOADED, "full"), request);
    assertThat(response.getHeaders().getFirst("Content-Type")).isEqualTo("application/json");
    assertThat(response.getBody()).isEqualTo(Map.of("error", "full"));
  }

  @Test
  void failure_unexpected_keepsItsMessageToTheLog() {
    ResponseEntity<Object> response =
        advice.unexpected(new IllegalStateException("a secret"), request);
    assertThat(response.getStatusCode().value()).isEqualTo(500);
    assertThat(document(response).getDetail()).doesNotContain("secret");
  }
}
