package org.resnetserving.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.FakeTicker;
import org.resnetserving.admission.Permits;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.Preset;
import org.resnetserving.network.Activation;
import org.resnetserving.pool.LaneListener;
import org.resnetserving.pool.LaneSettings;
import org.resnetserving.pool.Predictor;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.programs.ProgramSummary;
import org.springframework.util.unit.DataSize;

/** The same picture twice. */
@Timeout(60)
final class AskingTest {
  private static final Duration MAX_AGE = Duration.ofMinutes(5);

  /** What a mock of an inference weighs. */
  private static final int NUMBERS = 1000;

  private static final Input ONE = pixels(1);
  private static final Input TWO = pixels(2);

  private final FakeTicker ticker = new FakeTicker();
  private final WorkerPool pool = new WorkerPool("test", 1, ticker);
  private final Permits places = new Permits("requests", 4);
  private final AtomicInteger runs = new AtomicInteger();
  private final LinkedBlockingQueue<Lookup> lookups = new LinkedBlockingQueue<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile boolean broken;

  private AnswerCache cache = cache(DataSize.ofMegabytes(1));

  @AfterEach
  void close() {
    gate.countDown();
    pool.close(Duration.ofSeconds(10));
  }

  @Test
  void picture_thatCameBefore_isAnsweredWithoutARun() throws Exception {
    Pipeline pipeline = pipeline();
    Outcome first = ask(pipeline, ONE);
    Outcome second = ask(pipeline, ONE);
    assertThat(second.result().inference()).isSameAs(first.result().inference());
    assertThat(runs).hasValue(1);
    assertThat(first.lookup()).isEqualTo(Lookup.MISS);
    assertThat(second.lookup()).isEqualTo(Lookup.HIT);
    assertThat(cache.answers()).isEqualTo(1);
    assertThat(places.inUse()).isZero();
  }

  @Test
  void picture_askedAboutOtherwise_isAnother() throws Exception {
    Pipeline pipeline = pipeline();
    ask(pipeline, ONE);
    assertThat(ask(pipeline, TWO).lookup()).isEqualTo(Lookup.MISS);
    assertThat(ask(pipeline, ONE, Wanted.FEATURES).lookup()).isEqualTo(Lookup.MISS);
    assertThat(runs).hasValue(3);
  }

  @Test
  void file_ofTheSameBytesAsPixels_isAnotherPicture() throws Exception {
    Pipeline pipeline = pipeline();
    byte[] bytes = "no picture".getBytes(StandardCharsets.UTF_8);
    ask(pipeline, new Input.Pixels(bytes));
    Outcome file = ask(pipeline, new Input.File(bytes));
    assertThat(file.lookup()).isEqualTo(Lookup.MISS);
    assertThat(type(file)).isEqualTo(ProblemType.IMAGE_UNSUPPORTED);
  }

  @Test
  void requestsInFlight_ofOnePicture_shareOneRun() throws Exception {
    gate = new CountDownLatch(1);
    Pipeline pipeline = pipeline();
    FutureTask<Outcome> first = begin(pipeline, ONE, soon());
    started.await();
    FutureTask<Outcome> second = begin(pipeline, ONE, soon());
    assertThat(lookups.take()).isEqualTo(Lookup.MISS);
    assertThat(lookups.take()).isEqualTo(Lookup.SHARED);
    gate.countDown();
    assertThat(second.get().result().inference()).isSameAs(first.get().result().inference());
    assertThat(second.get().lookup()).isEqualTo(Lookup.SHARED);
    assertThat(runs).hasValue(1);
    assertThat(places.inUse()).isZero();
  }

  @Test
  void failure_ofASharedRun_reachesAllAndIsNotKept() throws Exception {
    gate = new CountDownLatch(1);
    broken = true;
    Pipeline pipeline = pipeline();
    FutureTask<Outcome> first = begin(pipeline, ONE, soon());
    started.await();
    FutureTask<Outcome> second = begin(pipeline, ONE, soon());
    assertThat(lookups.take()).isEqualTo(Lookup.MISS);
    assertThat(lookups.take()).isEqualTo(Lookup.SHARED);
    gate.countDown();
    ProblemException one = first.get().problem().orElseThrow();
    ProblemException other = second.get().problem().orElseThrow();
    assertThat(one.type()).isEqualTo(ProblemType.INFERENCE_FAILED);
    assertThat(other.type()).isEqualTo(ProblemType.INFERENCE_FAILED);
    assertThat(other).as("what is added to one is not added to the other").isNotSameAs(one);
    assertThat(cache.answers()).isZero();

    broken = false;
    Outcome third = ask(pipeline, ONE);
    assertThat(third.lookup()).isEqualTo(Lookup.MISS);
    assertThat(third.problem()).isEmpty();
  }

  @Test
  void badPicture_isNotKept() throws Exception {
    Pipeline pipeline = pipeline();
    Input bad = new Input.File("no picture".getBytes(StandardCharsets.UTF_8));
    assertThat(type(ask(pipeline, bad))).isEqualTo(ProblemType.IMAGE_UNSUPPORTED);
    assertThat(type(ask(pipeline, bad))).isEqualTo(ProblemType.IMAGE_UNSUPPORTED);
    assertThat(lookups).containsExactly(Lookup.MISS, Lookup.MISS);
    assertThat(cache.answers()).isZero();
  }

  @Test
  void waiter_whoseDeadlinePasses_leavesAndHarmsNobody() throws Exception {
    gate = new CountDownLatch(1);
    Pipeline pipeline = pipeline();
    FutureTask<Outcome> first = begin(pipeline, ONE, soon());
    started.await();
    ProblemException late =
        catchThrowableOfType(
            ProblemException.class,
            () -> ask(pipeline, ONE, Wanted.LOGITS, Deadline.after(Duration.ZERO, ticker)));
    assertThat(late.type()).isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    assertThat(late).hasMessageContaining("another request");
    gate.countDown();
    assertThat(first.get().problem()).isEmpty();
    assertThat(ask(pipeline, ONE).lookup()).isEqualTo(Lookup.HIT);
  }

  @Test
  void firstRequest_thatLeaves_leavesTheRunToThoseWhoWait() throws Exception {
    gate = new CountDownLatch(1);
    Pipeline pipeline = pipeline();
    FutureTask<Outcome> first = new FutureTask<>(() -> ask(pipeline, ONE));
    Thread caller = new Thread(first);
    caller.start();
    started.await();
    FutureTask<Outcome> second = begin(pipeline, ONE, soon());
    FutureTask<Outcome> third = begin(pipeline, ONE, soon());
    for (Lookup lookup : List.of(Lookup.MISS, Lookup.SHARED, Lookup.SHARED)) {
      assertThat(lookups.take()).isEqualTo(lookup);
    }
    caller.interrupt();
    assertThat(catchThrowableOfType(ExecutionException.class, first::get))
        .extracting(e -> ((ProblemException) e.getCause()).type())
        .isEqualTo(ProblemType.SHUTTING_DOWN);
    assertThat(List.of(lookups.take(), lookups.take()))
        .as("one of those who waited has it run, the other waits again")
        .contains(Lookup.MISS);
    gate.countDown();
    assertThat(second.get().result().inference()).isSameAs(third.get().result().inference());
    assertThat(runs).hasValue(2);
    assertThat(places.inUse()).isZero();
  }

  @Test
  void pictureTwice_inOneRequest_runsOnce() throws Exception {
    List<Outcome> outcomes = ask(pipeline(), List.of(ONE, TWO, ONE));
    assertThat(outcomes.stream().map(Outcome::lookup))
        .containsExactly(Lookup.MISS, Lookup.MISS, Lookup.SHARED);
    assertThat(outcomes.get(2).result()).isSameAs(outcomes.get(0).result());
    assertThat(runs).hasValue(2);
  }

  @Test
  void requests_thatEachRunWhatTheOtherWaitsFor_bothEnd() throws Exception {
    Pipeline some = pipeline();
    Pipeline others = pipeline();
    try (Asking a = asking(some);
        Asking b = asking(others);
        Asking waitsForB = asking(others);
        Asking waitsForA = asking(some)) {
      // A and the wait for B are one request, B and the wait for A the other.
      List<Asking> all = List.of(a, b, waitsForB, waitsForA);
      all.forEach(asking -> asking.enter(List.of(ONE)));
      all.forEach(Asking::send);
      all.forEach(Asking::finish);
      assertThat(all.stream().map(asking -> asking.outcomes().get(0).lookup()))
          .containsExactly(Lookup.MISS, Lookup.MISS, Lookup.SHARED, Lookup.SHARED);
    }
  }

  @Test
  void answers_ofAModelThatWasReplaced_areNotGivenAndTakeNoMemory() throws Exception {
    Pipeline old = pipeline();
    ask(old, ONE);
    Pipeline next = pipeline();
    assertThat(ask(next, ONE).lookup()).isEqualTo(Lookup.MISS);
    assertThat(cache.answers()).isEqualTo(2);
    old.close(Duration.ZERO);
    assertThat(cache.answers()).isEqualTo(1);
    assertThat(ask(next, ONE).lookup()).isEqualTo(Lookup.HIT);
  }

  @Test
  void answer_thatIsTooOld_isNotGiven() throws Exception {
    Pipeline pipeline = pipeline();
    ask(pipeline, ONE);
    ticker.advance(MAX_AGE.minusSeconds(1));
    assertThat(ask(pipeline, ONE).lookup()).as("a hit makes it no younger").isEqualTo(Lookup.HIT);
    ticker.advance(Duration.ofSeconds(1));
    assertThat(ask(pipeline, ONE).lookup()).isEqualTo(Lookup.MISS);
  }

  @Test
  void answers_beyondTheBytesAllowed_makeRoom() throws Exception {
    int each = NUMBERS * Float.BYTES + PictureKey.BYTES;
    cache = cache(DataSize.ofBytes(3L * each + 1));
    Pipeline pipeline = pipeline();
    for (int i = 0; i < 10; i++) {
      ask(pipeline, pixels(i));
      assertThat(cache.bytes()).isEqualTo((long) each * Math.min(3, i + 1));
    }
    assertThat(cache.answers()).isEqualTo(3);
  }

  @Test
  void answer_heavierThanAllThatIsAllowed_isGivenAndNotKept() throws Exception {
    cache = cache(DataSize.ofBytes(NUMBERS));
    assertThat(ask(pipeline(), ONE).problem()).isEmpty();
    assertThat(cache.bytes()).isZero();
  }

  @Test
  void cache_ofNoBytes_looksForNothing() throws Exception {
    cache = cache(DataSize.ofBytes(0));
    Pipeline pipeline = pipeline();
    ask(pipeline, ONE);
    assertThat(ask(pipeline, ONE).lookup()).isEqualTo(Lookup.NONE);
    assertThat(runs).hasValue(2);
    assertThat(lookups).isEmpty();
  }

  @Test
  void lookups_together_areAHitOnlyIfAllAre() {
    assertThat(Lookup.together(List.of(Lookup.HIT, Lookup.HIT))).isEqualTo(Lookup.HIT);
    assertThat(Lookup.together(List.of(Lookup.HIT, Lookup.SHARED))).isEqualTo(Lookup.SHARED);
    assertThat(Lookup.together(List.of(Lookup.HIT, Lookup.MISS))).isEqualTo(Lookup.MISS);
    assertThat(Lookup.together(List.of())).isEqualTo(Lookup.NONE);
  }

  private AnswerCache cache(DataSize maxBytes) {
    return new AnswerCache(
        new AnswerCacheProperties(maxBytes, MAX_AGE),
        ticker,
        (model, lookup) -> lookups.add(lookup));
  }

  private static Input pixels(int value) {
    return new Input.Pixels(new byte[] {(byte) value});
  }

  private static @Nullable ProblemType type(Outcome outcome) {
    return outcome.problem().map(ProblemException::type).orElse(null);
  }

  private FutureTask<Outcome> begin(Pipeline pipeline, Input input, Deadline deadline) {
    FutureTask<Outcome> request =
        new FutureTask<>(() -> ask(pipeline, input, Wanted.LOGITS, deadline));
    new Thread(request).start();
    return request;
  }

  private Outcome ask(Pipeline pipeline, Input input) {
    return ask(pipeline, input, Wanted.LOGITS);
  }

  private Outcome ask(Pipeline pipeline, Input input, Wanted wanted) {
    return ask(pipeline, input, wanted, soon());
  }

  private Outcome ask(Pipeline pipeline, Input input, Wanted wanted, Deadline deadline) {
    try (Asking asking = asking(pipeline, wanted, deadline)) {
      return asking.of(List.of(input)).get(0);
    }
  }

  private List<Outcome> ask(Pipeline pipeline, List<Input> inputs) {
    try (Asking asking = asking(pipeline)) {
      return asking.of(inputs);
    }
  }

  private Asking asking(Pipeline pipeline) {
    return asking(pipeline, Wanted.LOGITS, soon());
  }

  private Asking asking(Pipeline pipeline, Wanted wanted, Deadline deadline) {
    return new Asking(
        pipeline,
        UnaryOperator.identity(),
        wanted,
        deadline,
        new StageClock(ticker),
        DecodedOnce.NEVER);
  }

  private Deadline soon() {
    return Deadline.after(Duration.ofSeconds(50), ticker);
  }

  /** A model that was loaded now. */
  private Pipeline pipeline() throws InterruptedException {
    Workshop workshop =
        new Workshop(
            () -> mock(NativeImageLibrary.class),
            ImageLimits.DEFAULT,
            new Permits("decoded pictures", 1 << 20),
            OptionalLong::empty,
            new Permits("heap", 64 << 20),
            1,
            ticker);
    return new Pipeline(
        new ProgramSummary("", null, null, TestModels.ORIGIN, null),
        mock(Preset.class),
        workshop.decoder(DecodeMode.EXACT),
        workshop,
        places,
        pool.open(
            new LaneSettings("resnet", 4, 1, 1, Duration.ZERO),
            Gated::new,
            LaneListener.NONE,
            () -> {}),
        new AnswerBytes(),
        Activation.SOFTMAX,
        1,
        null,
        cache.of("resnet"));
  }

  /** Runs when the gate is open. */
  private final class Gated implements Predictor<Crop, Inference> {
    @Override
    public List<Inference> run(List<Crop> batch) {
      started.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (broken) {
        throw new IllegalStateException("broken on purpose");
      }
      List<Inference> answers = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        runs.incrementAndGet();
        Inference inference = mock(Inference.class);
        when(inference.bytes()).thenReturn((long) NUMBERS * Float.BYTES);
        answers.add(inference);
      }
      return answers;
    }

    @Override
    public void close() {}
  }
}
