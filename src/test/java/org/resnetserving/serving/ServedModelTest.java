package org.resnetserving.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.FakeTicker;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.pool.Completed;
import org.resnetserving.pool.Lane;
import org.resnetserving.pool.Pending;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

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

  @Test
  void retry_isWhatIsLeftOfTheWait() {
    FakeTicker ticker = new FakeTicker();
    ServedModel waiting = ServedModel.of(model.descriptor(), TestModels.SERVING, ticker);
    waiting.becomeFailed("no network", Duration.ofSeconds(30));
    ticker.advance(Duration.ofSeconds(20));
    assertThat(waiting.status().retryAfter()).isEqualTo(10);
    assertThat(waiting.status().reason()).isEqualTo("no network. It is tried again in 10 s");
  }

  @Test
  void answer_thatHoldsNoNumber_isNoAnswer_andTheModelSaysSo() throws Exception {
    Inference nan = mock(Inference.class);
    Pipeline pipeline = mock(Pipeline.class);
    Lane<Crop, Inference> lane = mock();
    Pending<Inference> pending = mock();
    Workshop workshop = mock();
    when(pipeline.places()).thenReturn(new Permits("requests", 1));
    when(pipeline.lane()).thenReturn(lane);
    when(pipeline.answerBytes()).thenReturn(new AnswerBytes());
    when(pipeline.workshop()).thenReturn(workshop);
    when(workshop.waiting()).thenReturn(new Permits("heap", 1));
    when(lane.submit(any(), any())).thenReturn(pending);
    when(pending.await()).thenReturn(new Completed<>(nan, 0, 0, 1));
    when(pipeline.outage()).thenReturn(Optional.empty());
    model.becomeReady(pipeline);
    assertThat(model.status().reason()).isNull();

    ProblemException problem = catchThrowableOfType(ProblemException.class, this::infer);
    assertThat(problem.type()).isEqualTo(ProblemType.INFERENCE_FAILED);
    assertThat(model.status().state()).isEqualTo(ModelState.READY);
    assertThat(model.status().reason()).contains("not finite");
  }

  @Test
  void model_whoseWorkersHaveAllBroken_isNotReady() {
    Pipeline pipeline = mock(Pipeline.class);
    ProblemException outage =
        new ProblemException(ProblemType.MODEL_NOT_READY, "No worker has a predictor that works");
    when(pipeline.outage()).thenReturn(Optional.of(outage));
    model.becomeReady(pipeline);
    assertThat(model.status().state()).isEqualTo(ModelState.FAILED);
    assertThat(model.status().reason()).contains("No worker has a predictor that works");
    assertThat(model.status().retryAfter()).isEqualTo(1);
  }

  private PictureResult infer() {
    Ticker ticker = Ticker.system();
    return model
        .infer(
            List.of(new Input.Pixels(new byte[0])),
            Wanted.LOGITS,
            Deadline.after(Duration.ofSeconds(60), ticker),
            new StageClock(ticker))
        .get(0)
        .result();
  }

  private ProblemException refusal() {
    return catchThrowableOfType(ProblemException.class, model::requireReady);
  }
}
