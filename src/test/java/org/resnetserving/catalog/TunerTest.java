package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.same;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.programs.ProgramTrial;
import org.resnetserving.serving.Pipeline;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.TestModels;

/** When programs are timed, by a clock that the test turns. */
final class TunerTest {
  private final ServedModel model = TestModels.model("small");
  private final Catalog catalog = new Catalog(List.of(model));
  private final ModelRunner runner = mock(ModelRunner.class);
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicLong seconds = new AtomicLong();
  private final Tuner tuner =
      new Tuner(
          catalog, runner, busy::get, Duration.ofSeconds(60), () -> seconds.get() * 1_000_000_000L);

  private final List<BooleanSupplier> begun = new ArrayList<>();
  private final List<Consumer<Boolean>> ends = new ArrayList<>();

  @BeforeEach
  void becomeReady() {
    doAnswer(
            call -> {
              begun.add(call.getArgument(1));
              ends.add(call.getArgument(2));
              return null;
            })
        .when(runner)
        .tune(same(model), any(), any());
    model.becomeReady(running(null));
    tuner.look();
  }

  private static Pipeline running(Double rate) {
    Pipeline pipeline = mock(Pipeline.class);
    ProgramTrial trial = new ProgramTrial(ProgramKind.FUSED, rate, 0.0, null);
    ProgramChoice choice = new ProgramChoice(ProgramKind.FUSED, "", List.of(trial));
    when(pipeline.summary())
        .thenReturn(new ProgramSummary("ab", 1L, choice, TestModels.ORIGIN, null));
    return pipeline;
  }

  private void lookAfter(int more) {
    seconds.addAndGet(more);
    tuner.look();
  }

  private void ask() {
    assertThat(model.begin()).isTrue();
    model.end();
  }

  @Test
  void model_thatNobodyAsksForAWhile_isTunedOnce() {
    lookAfter(59);
    assertThat(begun).isEmpty();
    lookAfter(1);
    lookAfter(60);
    assertThat(begun).hasSize(1);
    ends.get(0).accept(true);
    lookAfter(600);
    lookAfter(600);
    assertThat(begun).hasSize(1);
  }

  @Test
  void request_beginsTheQuietTimeAnew() {
    lookAfter(59);
    ask();
    lookAfter(1);
    lookAfter(59);
    assertThat(begun).isEmpty();
    lookAfter(1);
    assertThat(begun).hasSize(1);
  }

  @Test
  void requestUnderWay_isNoQuietTime() {
    assertThat(model.begin()).isTrue();
    lookAfter(600);
    lookAfter(600);
    assertThat(begun).isEmpty();
    model.end();
    busy.set(1);
    lookAfter(600);
    assertThat(begun).isEmpty();
  }

  @Test
  void tuning_givesWayToARequest_andIsBegunAgain() {
    lookAfter(60);
    assertThat(begun.get(0).getAsBoolean()).isFalse();
    ask();
    assertThat(begun.get(0).getAsBoolean()).as("a request came, be it over").isTrue();
    ends.get(0).accept(false);
    lookAfter(1);
    lookAfter(59);
    assertThat(begun).hasSize(1);
    lookAfter(1);
    assertThat(begun).hasSize(2);
    assertThat(begun.get(1).getAsBoolean()).isFalse();
    busy.set(1);
    assertThat(begun.get(1).getAsBoolean()).as("pictures that came without a request").isTrue();
  }

  @Test
  void model_thatIsTunedAlready_isLeftAlone() {
    model.becomeReady(running(12.5));
    lookAfter(600);
    assertThat(begun).isEmpty();
  }
}
