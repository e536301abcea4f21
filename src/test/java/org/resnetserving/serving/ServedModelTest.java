package org.resnetserving.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.resnetserving.problem.ProblemException;

/** What requests are told of a model that does not answer. */
final class ServedModelTest {
  private final ServedModel model = TestModels.model("small");

  @Test
  void failure_thatStays_isSaidToStay() {
    model.become(ModelState.FAILED, "the file is gone.");
    ProblemException problem = refusal();
    assertThat(problem)
        .hasMessage(
            "Model 'small' is failed: the file is gone. It stays so until the cause is mended and"
                + " the service started again.");
    assertThat(problem.properties()).doesNotContainKey("retry_after_seconds");
  }

  @Test
  void failure_thatIsTriedAgain_saysWhen() {
    model.becomeFailed("no network", Duration.ofSeconds(30));
    ProblemException problem = refusal();
    assertThat(problem)
        .hasMessage("Model 'small' is failed: no network. It is tried again in 30 s.");
    assertThat(problem.properties()).containsEntry("retry_after_seconds", 30L);
  }

  @Test
  void loading_isSaidToBeOverShortly() {
    model.become(ModelState.DOWNLOADING, "1.0 of 2.0 MiB (50 %)");
    ProblemException problem = refusal();
    assertThat(problem)
        .hasMessage("Model 'small' is downloading: 1.0 of 2.0 MiB (50 %). Try again shortly.");
    assertThat(problem.properties()).containsEntry("retry_after_seconds", 1L);
  }

  private ProblemException refusal() {
    return catchThrowableOfType(ProblemException.class, model::requireReady);
  }
}
