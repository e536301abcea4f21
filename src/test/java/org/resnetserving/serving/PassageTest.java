package org.resnetserving.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnetserving.RunningServer;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.Decoded;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.Preset;
import org.resnetserving.network.Activation;
import org.resnetserving.pool.Lane;
import org.resnetserving.pool.LaneListener;
import org.resnetserving.pool.LaneSettings;
import org.resnetserving.pool.Predictor;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.programs.ProgramSummary;

@Timeout(60)
final class PassageTest {
  private static final Ticker TICKER = Ticker.system();
  private static final int QUEUE = 2;
  private static final int SIDE = 128;
  private static final int CROP = 3 * SIDE * SIDE;

  /** Of whose half, that for pictures that wait, one has room and two have not. */
  private static final int HEAP = 2 * (2 * CROP - 1);

  private final WorkerPool pool = new WorkerPool("test", 1, TICKER);
  private final Permits places = new Permits("requests", 4);
  private final List<Integer> batches = new ArrayList<>();
  private int decoded;

  @AfterEach
  void close() {
    pool.close(Duration.ofSeconds(10));
  }

  @Test
  void pictures_moreThanTheQueueHolds_areAllAnsweredInTheirOrder() throws InterruptedException {
    List<Outcome> outcomes = infer(pixels(10));
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.problem()).isEmpty());
    assertThat(outcomes.stream().map(outcome -> outcome.result().inference().logits()[0]))
        .containsExactlyElementsOf(IntStream.range(0, 10).mapToObj(i -> (float) i).toList());
    assertThat(places.inUse()).isZero();
  }

  @Test
  void badPicture_betweenGoodOnes_harmsNoOther() throws InterruptedException {
    List<Input> inputs = new ArrayList<>(pixels(2));
    inputs.add(1, new Input.File("no picture".getBytes(StandardCharsets.UTF_8)));
    inputs.add(new Input.Broken(new ProblemException(ProblemType.PARAMETER_INVALID, "no base64")));
    List<Outcome> outcomes = infer(inputs);
    assertThat(outcomes.stream().map(o -> o.problem().map(ProblemException::type).orElse(null)))
        .containsExactly(null, ProblemType.IMAGE_UNSUPPORTED, null, ProblemType.PARAMETER_INVALID);
    assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(2);
  }

  @Test
  void deadline_thatPassed_endsTheWholeRequest() {
    assertThatThrownBy(() -> infer(pixels(3), Deadline.after(Duration.ZERO, TICKER)))
        .extracting(e -> ((ProblemException) e).type())
        .isEqualTo(ProblemType.DEADLINE_EXCEEDED);
    assertThat(places.inUse()).isZero();
  }

  @Test
  void views_ofAPicture_areOneResultThatAveragesThem() throws InterruptedException, IOException {
    Input flat = new Input.File(RunningServer.picture("tencrop/flat.png"));
    Preset preset = new Preset(16, 16, Interpolation.BICUBIC);
    List<Outcome> outcomes =
        infer(
            List.of(flat, pixels(1).get(0)),
            preset,
            Wanted.LOGITS.ofTenViews(),
            Deadline.after(Duration.ofSeconds(30), TICKER));
    PictureResult result = outcomes.get(0).result();
    assertThat(result.views().stream().map(PictureResult.View::times))
        .containsExactly(1, 2, 2, 1, 2, 2);
    assertThat(outcomes.get(1).result().views()).hasSize(1);
    assertThat(batches.stream().mapToInt(Integer::intValue).sum()).isEqualTo(7);
    assertThat(places.inUse()).isZero();
  }

  @Test
  void probabilities_ofViews_areTheirWeightedMean() {
    PictureResult result =
        new PictureResult(
            List.of(
                new PictureResult.View(inference(0, (float) Math.log(3)), 1, 1),
                new PictureResult.View(inference(0, 0), 3, 1)),
            1,
            null);
    assertThat(result.probabilities(Activation.SOFTMAX))
        .containsExactly(new double[] {0.4375, 0.5625}, within(1e-7));
    assertThat(result.probabilities(Activation.NONE))
        .containsExactly(new double[] {0, Math.log(3) / 4}, within(1e-7));
  }

  @Test
  void picture_ofSeveralModels_isDecodedOnceForThoseThatWantTheSame() throws Exception {
    Input picture = new Input.File(RunningServer.picture("tencrop/flat.png"));
    DecodedOnce once = DecodedOnce.ofRequest();
    PictureDecoder decoder = mock(PictureDecoder.class);
    when(decoder.views(any(), any(), any())).thenReturn(List.of(new Decoded(new byte[3], null)));
    Preset large = new Preset(16, 16, Interpolation.BICUBIC);
    Preset small = new Preset(8, 8, Interpolation.BICUBIC);
    for (Preset preset : List.of(large, new Preset(16, 16, Interpolation.BICUBIC), small)) {
      Pipeline pipeline = pipeline(workshop(), preset, decoder);
      Deadline deadline = Deadline.after(Duration.ofSeconds(30), TICKER);
      List<Outcome> outcomes = infer(pipeline, List.of(picture), Wanted.LOGITS, deadline, once);
      assertThat(outcomes.get(0).problem()).isEmpty();
    }
    verify(decoder, times(2)).views(any(), any(), any());
  }

  @Test
  void picture_ofSeveralModels_forWhichNoMemoryIsLeft_isDecodedAgain() throws Exception {
    Input picture = new Input.File(RunningServer.picture("pictures/cat.jpg"));
    Permits heap = new Permits("heap", HEAP);
    PictureDecoder decoder = mock(PictureDecoder.class);
    when(decoder.views(any(), any(), any())).thenReturn(List.of(new Decoded(new byte[CROP], null)));
    Preset preset = new Preset(SIDE, SIDE, Interpolation.BICUBIC);
    Deadline deadline = Deadline.after(Duration.ofSeconds(30), TICKER);
    try (DecodedOnce once = DecodedOnce.ofRequest()) {
      for (int model = 0; model < 2; model++) {
        Pipeline pipeline = pipeline(workshop(heap), preset, decoder);
        infer(pipeline, List.of(picture), Wanted.LOGITS, deadline, once).get(0).result();
      }
    }
    verify(decoder, times(2)).views(any(), any(), any());
    assertThat(heap.inUse()).isZero();
  }

  @Test
  void pictures_forWhichNotEnoughMemoryIsThere_runOneAfterTheOther() throws Exception {
    Input picture = new Input.File(RunningServer.picture("pictures/cat.jpg"));
    Permits heap = new Permits("heap", HEAP);
    Preset preset = new Preset(SIDE, SIDE, Interpolation.BICUBIC);
    Workshop workshop = workshop(heap);
    Pipeline pipeline = pipeline(workshop, preset, mock(PictureDecoder.class));
    when(pipeline.decoder().views(any(), any(), any()))
        .thenAnswer(
            call -> {
              assertThat(batches).hasSize(decoded++);
              return List.of(new Decoded(new byte[CROP], null));
            });
    List<Outcome> outcomes =
        infer(
            pipeline,
            List.of(picture, picture, picture),
            Wanted.LOGITS,
            Deadline.after(Duration.ofSeconds(30), TICKER),
            DecodedOnce.NEVER);
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.problem()).isEmpty());
    assertThat(decoded).isEqualTo(3);
    assertThat(heap.inUse()).isZero();
  }

  @Test
  void pictures_forWhichNoMemoryIsLeft_areRefusedBeforeTheyAreDecoded() throws Exception {
    Permits heap = new Permits("heap", HEAP);
    Pipeline pipeline =
        pipeline(
            workshop(heap),
            new Preset(SIDE, SIDE, Interpolation.BICUBIC),
            mock(PictureDecoder.class));
    heap.acquire(HEAP);
    assertThatThrownBy(
            () ->
                infer(
                    pipeline,
                    List.of(new Input.File(RunningServer.picture("pictures/cat.jpg"))),
                    Wanted.LOGITS,
                    Deadline.after(Duration.ofSeconds(30), TICKER),
                    DecodedOnce.NEVER))
        .hasMessageContaining("No room for heap");
    verify(pipeline.decoder(), never()).views(any(), any(), any());
    assertThat(places.inUse()).isZero();
  }

  @Test
  void probabilities_areOfEachViewsOwnTemperature() {
    PictureResult result =
        new PictureResult(
            List.of(
                new PictureResult.View(inference(0, (float) Math.log(9)), 1, 2),
                new PictureResult.View(inference(0, (float) Math.log(3)), 1, 0.5)),
            1,
            null);
    // 1 to 3, and 1 to 9.
    assertThat(result.probabilities(Activation.SOFTMAX))
        .containsExactly(new double[] {(0.25 + 0.1) / 2, (0.75 + 0.9) / 2}, within(1e-7));
    assertThat(result.logits()).containsExactly(0, (float) Math.log(9));
  }

  private static Inference inference(float... logits) {
    Inference inference = mock(Inference.class);
    when(inference.logits()).thenReturn(logits);
    return inference;
  }

  private static List<Input> pixels(int count) {
    return IntStream.range(0, count).mapToObj(i -> (Input) new Input.Pixels(new byte[i])).toList();
  }

  private List<Outcome> infer(List<Input> inputs) throws InterruptedException {
    return infer(inputs, Deadline.after(Duration.ofSeconds(30), TICKER));
  }

  private List<Outcome> infer(List<Input> inputs, Deadline deadline) throws InterruptedException {
    return infer(inputs, mock(Preset.class), Wanted.LOGITS, deadline);
  }

  private List<Outcome> infer(List<Input> inputs, Preset preset, Wanted wanted, Deadline deadline)
      throws InterruptedException {
    Workshop workshop = workshop();
    Pipeline pipeline = pipeline(workshop, preset, workshop.decoder(DecodeMode.EXACT));
    return infer(pipeline, inputs, wanted, deadline, DecodedOnce.NEVER);
  }

  private static List<Outcome> infer(
      Pipeline pipeline,
      List<Input> inputs,
      Wanted wanted,
      Deadline deadline,
      DecodedOnce decodedOnce) {
    try (Passage passage =
        new Passage(pipeline, wanted, deadline, new StageClock(TICKER), decodedOnce)) {
      return passage.of(inputs);
    }
  }

  private static Workshop workshop() {
    return workshop(new Permits("heap", 64 << 20));
  }

  private static Workshop workshop(Permits heap) {
    return new Workshop(
        () -> NativeImageLibrary.load(Path.of("target/natives")),
        ImageLimits.DEFAULT,
        new Permits("decoded pictures", 1 << 20),
        OptionalLong::empty,
        heap,
        1,
        TICKER);
  }

  private Pipeline pipeline(Workshop workshop, Preset preset, PictureDecoder decoder)
      throws InterruptedException {
    Lane<Crop, Inference> lane =
        pool.open(
            new LaneSettings("resnet", QUEUE, 4, 1, Duration.ZERO),
            CountsPixels::new,
            LaneListener.NONE,
            () -> {});
    return new Pipeline(
        new ProgramSummary("", null, null, TestModels.ORIGIN, null),
        preset,
        decoder,
        workshop,
        places,
        lane,
        new AnswerBytes(),
        Activation.SOFTMAX,
        1,
        null,
        null);
  }

  /** Answers with how many bytes there were. */
  private final class CountsPixels implements Predictor<Crop, Inference> {
    @Override
    public List<Inference> run(List<Crop> batch) {
      batches.add(batch.size());
      return batch.stream().map(PassageTest::inference).toList();
    }

    @Override
    public void close() {}
  }

  private static Inference inference(Crop crop) {
    Inference inference = mock(Inference.class);
    when(inference.logits()).thenReturn(new float[] {crop.size()});
    return inference;
  }
}
