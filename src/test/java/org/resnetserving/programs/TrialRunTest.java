package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.Session;

/** What each worker runs in a trial. */
@Timeout(60)
final class TrialRunTest {
  private static final List<Crop> PICTURES = new ProbePictures(8, false);

  private static final Inference ANSWER = mock(Inference.class);

  static {
    when(ANSWER.logits()).thenReturn(new float[] {1});
  }

  /** What each session ran: the sizes of its batches, in order. */
  private final List<List<Integer>> sessions = Collections.synchronizedList(new ArrayList<>());

  private CompiledModel network(int fails) {
    AtomicInteger made = new AtomicInteger();
    CompiledModel network = mock(CompiledModel.class);
    when(network.newSession())
        .then(
            call -> {
              List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
              sessions.add(sizes);
              // Workers make theirs at the same time.
              boolean broken = made.incrementAndGet() == fails;
              Session session = mock(Session.class);
              when(session.run(any()))
                  .then(
                      run -> {
                        List<Crop> batch = run.getArgument(0);
                        sizes.add(batch.size());
                        if (broken) {
                          throw new EngineFailure("broken");
                        }
                        return Collections.nCopies(batch.size(), ANSWER);
                      });
              return session;
            });
    return network;
  }

  @Test
  void eachWorker_runsThreeWholeBatchesBeforeAnyIsTimed() throws InterruptedException {
    TrialRun run = TrialRun.of(network(0), PICTURES, 8, 2, () -> false);

    assertThat(run.answers()).hasSize(PICTURES.size()).doesNotContainNull();
    assertThat(sessions).hasSize(2).allSatisfy(s -> assertThat(s).startsWith(8, 8, 8));
    assertThat(sessions.stream().flatMap(List::stream)).hasSize(6 + PICTURES.size() / 8);
  }

  @Test
  void batches_areSmallerWhereEachWorkerWouldNotGetThree() throws InterruptedException {
    TrialRun.of(network(0), PICTURES, 256, 4, () -> false);

    assertThat(sessions.stream().flatMap(List::stream)).hasSizeGreaterThanOrEqualTo(4 * (3 + 3));
  }

  @Test
  void trial_thatIsDisturbed_stopsAtOnce() {
    assertThatThrownBy(() -> TrialRun.of(network(0), PICTURES, 8, 2, () -> true))
        .isInstanceOf(CancellationException.class);
    assertThat(sessions.stream().flatMap(List::stream)).isEmpty();
  }

  @Test
  void worker_thatFailsWhileItWarms_doesNotKeepTheOthersWaiting() {
    assertThatThrownBy(() -> TrialRun.of(network(1), PICTURES, 8, 3, () -> false))
        .isInstanceOf(EngineFailure.class)
        .hasMessage("broken");
  }

  @Test
  void fewPictures_areRunOnce() throws InterruptedException {
    TrialRun run = TrialRun.once(network(0), PICTURES.subList(0, 8), 8, 2);

    assertThat(run.answers()).hasSize(8);
    assertThat(sessions.stream().flatMap(List::stream)).containsExactly(4, 4);
  }
}
