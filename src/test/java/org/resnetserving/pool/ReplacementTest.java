package org.resnetserving.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

class ReplacementTest extends PoolFixture {
  @Test
  void lonelyItem_fails_andTheFunctionIsReplaced() throws Exception {
    Lane<String, String> lane = open(1, 8, 8);
    IllegalStateException cause = new IllegalStateException("boom");
    failOn("bad", cause);

    ProblemException problem = problemOf(lane.submit("bad", deadline()));

    assertThat(problem.type()).isEqualTo(ProblemType.INFERENCE_FAILED);
    assertThat(problem).hasCause(cause);
    assertThat(lane.submit("good", deadline()).await().value()).isEqualTo("done good");
    assertThat(factory.items()).containsExactly("bad", "good");
    assertThat(factory.made).hasValue(2);
    assertThat(factory.closed).hasValue(1);
    assertThat(lane.brokenWorkers()).isZero();
    assertThat(recorder.events)
        .containsExactly(
            "resnet failed INFERENCE_FAILED", "resnet replaced", "resnet batch 1 queues 1");
  }

  @Test
  void goodItems_doNotFail_becauseOfABadNeighbour() throws Exception {
    Lane<String, String> lane = open(1, 8, 8);
    failOn("bad", new IllegalStateException("boom"));
    block(lane);
    List<Pending<String>> items = lane.submitAll(List.of("a", "bad", "b"), deadline());
    factory.openGate(1);

    assertThat(items.get(0).await().value()).isEqualTo("done a");
    assertThat(typeOf(items.get(1))).isEqualTo(ProblemType.INFERENCE_FAILED);
    assertThat(items.get(2).await().value()).isEqualTo("done b");
    assertThat(items.get(2).await().batchSize()).isEqualTo(1);
    assertThat(factory.batches)
        .containsExactly(
            List.of("gate"), List.of("a", "bad", "b"), List.of("a"), List.of("bad"), List.of("b"));
    assertThat(lane.running()).isZero();
  }

  @Test
  void itemsThatLeftOrExpired_areNotTriedAgain() throws Exception {
    Lane<String, String> lane = open(1, 8, 8);
    block(lane);
    List<Pending<String>> patient = lane.submitAll(List.of("left", "a"), deadline());
    Pending<String> late = lane.submit("late", in(1));
    AtomicBoolean first = new AtomicBoolean(true);
    factory.onRun(
        batch -> {
          if (batch.contains("late") && first.getAndSet(false)) {
            patient.get(0).abandon();
            ticker.advance(Duration.ofSeconds(1));
            throw new IllegalStateException("boom");
          }
        });
    factory.openGate(1);

    assertThat(patient.get(1).await().value()).isEqualTo("done a");
    assertThat(typeOf(late)).isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    assertThat(factory.items()).containsExactly("gate", "left", "a", "late", "a");
    until(() -> lane.running() == 0);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {OutOfMemoryError.class, NoClassDefFoundError.class, StackOverflowError.class})
  void workerSurvives_anError(Class<? extends Error> type) throws Exception {
    Lane<String, String> lane = open(1, 8, 8);
    failOn("bad", type.getDeclaredConstructor().newInstance());

    assertThat(problemOf(lane.submit("bad", deadline()))).hasCauseInstanceOf(type);
    assertThat(lane.submit("good", deadline()).await().value()).isEqualTo("done good");
  }

  @Test
  void workerSurvives_anInterruptLeftByAFunction() throws Exception {
    Lane<String, String> lane = open(1, 8, 8);
    factory.onRun(batch -> Thread.currentThread().interrupt());

    lane.submit("a", deadline()).await();
    Pending<String> gate = block(lane);
    factory.openGate(1);
    assertThat(gate.await().value()).isEqualTo("done gate");
  }

  @Test
  void wrongNumberOfOutputs_isAFailure() throws Exception {
    Predictor<String, String> mute =
        new Predictor<>() {
          @Override
          public List<String> run(List<String> batch) {
            return List.of();
          }

          @Override
          public void close() {}
        };
    Lane<String, String> lane =
        pool(1).open(settings("mute", 1, 8, 8), () -> mute, recorder, () -> {});

    assertThat(problemOf(lane.submit("a", deadline())))
        .hasRootCauseMessage("a batch of 1 items had 0 outputs");
  }

  @Test
  void throwingClose_doesNotPreventReplacement() throws Exception {
    AtomicInteger made = new AtomicInteger();
    Lane<String, String> lane =
        pool(1)
            .open(
                settings("stubborn", 1, 8, 8),
                () -> {
                  int number = made.incrementAndGet();
                  return new Predictor<String, String>() {
                    @Override
                    public List<String> run(List<String> batch) {
                      if (number == 1) {
                        throw new IllegalStateException("boom");
                      }
                      return batch;
                    }

                    @Override
                    public void close() {
                      throw new LinkageError("stays");
                    }
                  };
                },
                recorder,
                () -> {});

    assertThat(typeOf(lane.submit("a", deadline()))).isEqualTo(ProblemType.INFERENCE_FAILED);
    assertThat(lane.submit("b", deadline()).await().value()).isEqualTo("b");
  }

  @Test
  void nothingHangs_ifNoFunctionCanBeMade_andTheLaneRecovers() throws Exception {
    Lane<String, String> lane = open(1, 8, 1);
    failOn("bad", new IllegalStateException("boom"));
    AtomicBoolean broken = new AtomicBoolean(true);
    factory.onMake(
        batch -> {
          if (broken.get()) {
            throw new IllegalStateException("no memory");
          }
        });
    block(lane);
    List<Pending<String>> items = lane.submitAll(List.of("bad", "a", "b"), deadline());
    factory.openGate(1);

    assertThat(problemOf(items.get(0))).hasRootCauseMessage("boom");
    assertThat(problemOf(items.get(1))).hasRootCauseMessage("no memory");
    assertThat(problemOf(items.get(2))).hasRootCauseMessage("no memory");
    assertThat(lane.brokenWorkers()).isEqualTo(1);
    ProblemException refusal =
        catchThrowableOfType(ProblemException.class, () -> lane.submit("c", deadline()));
    assertThat(refusal.type()).isEqualTo(ProblemType.MODEL_NOT_READY);
    assertThat(refusal.properties()).containsEntry("retry_after_seconds", 1L);
    assertThat(refusal).hasRootCauseMessage("no memory").hasMessageContaining("broken=1");
    assertThat(lane.outage()).isPresent();

    broken.set(false);
    ticker.advance(Duration.ofMinutes(1)); // The worker looks again by itself.
    until(() -> lane.brokenWorkers() == 0);
    assertThat(lane.submit("d", deadline()).await().value()).isEqualTo("done d");
    assertThat(lane.outage()).isEmpty();
    assertThat(recorder.events).contains("resnet broken no memory", "resnet replaced");
  }

  @Test
  void neighboursOfAFailedItem_fail_ifNoFunctionCanBeMade() throws Exception {
    Lane<String, String> lane = open(1, 8, 8);
    failOn("bad", new IllegalStateException("boom"));
    block(lane);
    factory.onMake(
        batch -> {
          throw new IllegalStateException("no memory");
        });
    List<Pending<String>> items = lane.submitAll(List.of("a", "bad"), deadline());
    factory.openGate(1);

    assertThat(problemOf(items.get(0))).hasRootCauseMessage("no memory");
    assertThat(problemOf(items.get(1))).hasRootCauseMessage("no memory");
  }

  @Test
  void otherWorkers_goOn_ifOneIsBroken() throws Exception {
    Lane<String, String> lane = open(2, 8, 1);
    Pending<String> gate = block(lane);
    failOn("bad", new IllegalStateException("boom"));
    factory.onMake(
        batch -> {
          throw new IllegalStateException("no memory");
        });
    lane.submitAll(List.of("bad"), deadline());
    until(() -> lane.brokenWorkers() == 1);
    Pending<String> good = lane.submit("good", deadline());
    assertThat(lane.queued()).isEqualTo(1);
    factory.openGate(1);

    assertThat(gate.await().value()).isEqualTo("done gate");
    assertThat(good.await().value()).isEqualTo("done good");
  }

  private void failOn(String item, Throwable failure) {
    factory.onRun(
        batch -> {
          if (batch.contains(item)) {
            if (failure instanceof Error error) {
              throw error;
            }
            throw (Exception) failure;
          }
        });
  }
}
