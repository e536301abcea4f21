package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.resnetserving.RunningServer;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Permit;
import org.resnetserving.admission.Permits;
import org.resnetserving.admission.Ticker;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.network.Activation;
import org.resnetserving.network.ProgramKind;
import org.resnetserving.pool.Lane;
import org.resnetserving.pool.LaneListener;
import org.resnetserving.pool.LaneSettings;
import org.resnetserving.pool.Pending;
import org.resnetserving.pool.Predictor;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.serving.AnswerBytes;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.Pipeline;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.StageClock;
import org.resnetserving.serving.TestModels;
import org.resnetserving.serving.Wanted;
import org.resnetserving.serving.Workshop;

/** What the gauges of work say while pictures are on their way. */
@Timeout(60)
final class CatalogMetricsTest {
  private static final Ticker TICKER = Ticker.system();
  private static final ModelDescriptor DESCRIPTOR =
      ModelDescriptors.read(Path.of("models/resnet20-cifar10.yml"));

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final WorkerPool pool = new WorkerPool("test", 1, TICKER);
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Permits places = new Permits("requests", 8);
  private Pipeline pipeline;

  /** Held here: gauges do not keep what they measure. */
  private ServedModel model;

  @BeforeEach
  void open() throws InterruptedException {
    Lane<Crop, Inference> lane =
        pool.open(
            new LaneSettings("resnet", 4, 4, 1, Duration.ZERO),
            Gated::new,
            LaneListener.NONE,
            () -> {});
    Workshop nobodyDecodes =
        new Workshop(
            () -> mock(NativeImageLibrary.class),
            ImageLimits.DEFAULT,
            new Permits("decoded pictures", 1 << 30),
            OptionalLong::empty,
            new Permits("heap", 64 << 20),
            0,
            TICKER);
    pipeline =
        new Pipeline(
            new ProgramSummary("", null, null, TestModels.ORIGIN, null),
            DESCRIPTOR.preset().square(),
            nobodyDecodes.decoder(DecodeMode.EXACT),
            nobodyDecodes,
            places,
            lane,
            new AnswerBytes(),
            Activation.SOFTMAX,
            1,
            null,
            null);
    model = ServedModel.of(DESCRIPTOR, TestModels.SERVING);
    model.becomeReady(pipeline);
    new CatalogMetrics(registry).watch(model);
  }

  @AfterEach
  void close() {
    gate.countDown();
    pool.close(Duration.ofSeconds(10));
  }

  @Test
  void workers_thatAreWell_areNotBroken() {
    assertThat(gauge(CatalogMetrics.WORKERS_BROKEN)).isZero();
  }

  @Test
  void queued_ofAPictureThatWaitsToBeDecoded_countsIt() throws Exception {
    byte[] picture = RunningServer.picture("pictures/cat.jpg");
    FutureTask<Object> request =
        new FutureTask<>(
            () ->
                model.infer(
                    List.of(new Input.File(picture)),
                    Wanted.LOGITS,
                    deadline(),
                    new StageClock(TICKER)));
    Thread caller = new Thread(request);
    caller.start();
    await().untilAsserted(() -> assertThat(gauge(CatalogMetrics.QUEUED)).isEqualTo(1));
    assertThat(pipeline.lane().queued()).isZero();
    assertThat(gauge(CatalogMetrics.RUNNING)).isZero();

    caller.interrupt();
    caller.join();
    assertThat(catchThrowableOfType(ExecutionException.class, request::get))
        .extracting(e -> ((ProblemException) e.getCause()).type())
        .isEqualTo(ProblemType.SHUTTING_DOWN);
    assertThat(gauge(CatalogMetrics.QUEUED)).isZero();
  }

  @Test
  void queuedAndRunning_ofPicturesAtTheWorker_countEachOnce() throws Exception {
    try (Permit first = places.acquire(1);
        Permit second = places.acquire(1)) {
      Pending<Inference> runs = pipeline.lane().submit(new Crop(new byte[0]), deadline());
      started.await();
      pipeline.lane().submit(new Crop(new byte[0]), deadline());
      assertThat(gauge(CatalogMetrics.RUNNING)).isEqualTo(1);
      assertThat(gauge(CatalogMetrics.QUEUED)).isEqualTo(1);
      gate.countDown();
      runs.await();
    }
  }

  @Test
  void queued_afterTheCallerLeftARunningPicture_isNotNegative() throws Exception {
    pipeline.lane().submit(new Crop(new byte[0]), deadline());
    started.await();
    assertThat(places.inUse()).isZero();
    assertThat(gauge(CatalogMetrics.RUNNING)).isEqualTo(1);
    assertThat(gauge(CatalogMetrics.QUEUED)).isZero();
  }

  private ServedModel running(ProgramKind kind) {
    ServedModel served = ServedModel.of(DESCRIPTOR, TestModels.SERVING);
    Pipeline runs = mock(Pipeline.class);
    when(runs.summary())
        .thenReturn(
            new ProgramSummary(
                "ab", 1L, new ProgramChoice(kind, "", List.of()), TestModels.ORIGIN, null));
    served.becomeReady(runs);
    return served;
  }

  private List<String> programs() {
    return registry.find(CatalogMetrics.MODEL_INFO).gauges().stream()
        .map(gauge -> gauge.getId().getTag("program") + " " + gauge.getId().getTag("precision"))
        .toList();
  }

  @Test
  void info_tellsTheProgramThatRunsAndNoOther() {
    CatalogMetrics metrics = new CatalogMetrics(registry);
    metrics.rewatch(running(ProgramKind.FUSED_INT8));
    assertThat(programs()).containsExactly("fused-int8 int8");
    ServedModel next = running(ProgramKind.FUSED);
    metrics.rewatch(next);
    assertThat(programs()).containsExactly("fused fp32");
    next.become(ModelState.FAILED, "its answers differ");
    metrics.tell(next);
    assertThat(programs()).isEmpty();
  }

  @Test
  void info_ofAModelThatIsUnloaded_isGone() {
    CatalogMetrics metrics = new CatalogMetrics(registry);
    ServedModel served = running(ProgramKind.FUSED);
    metrics.rewatch(served);
    metrics.forget(served);
    assertThat(programs()).isEmpty();
  }

  /** A network that runs until the gate opens. */
  private final class Gated implements Predictor<Crop, Inference> {
    @Override
    public List<Inference> run(List<Crop> batch) throws InterruptedException {
      started.countDown();
      gate.await();
      return batch.stream().map(crop -> mock(Inference.class)).toList();
    }

    @Override
    public void close() {}
  }

  private double gauge(String name) {
    return registry.get(name).tag("model", DESCRIPTOR.name()).gauge().value();
  }

  private static Deadline deadline() {
    return Deadline.after(Duration.ofSeconds(30), TICKER);
  }
}
