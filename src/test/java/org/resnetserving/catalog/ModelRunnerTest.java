package org.resnetserving.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.same;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.download.DownloadException;
import org.resnetserving.download.DownloadSettings;
import org.resnetserving.download.Timing;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptor.Weights;
import org.resnetserving.pool.Lane;
import org.resnetserving.pool.LaneListener;
import org.resnetserving.pool.LaneSettings;
import org.resnetserving.pool.Predictor;
import org.resnetserving.pool.WorkerPool;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.ModelStatus;
import org.resnetserving.serving.Pipeline;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.TestModels;

/**
 * Models that come and go; how the process is let go, whether or not the workers let go of what
 * they run.
 */
@Timeout(60)
final class ModelRunnerTest {
  private static final VerifiedFile FILE = new VerifiedFile(Path.of("net.pth"), "", true);

  private final WorkerPool pool = new WorkerPool("test", 1, Ticker.system());
  private final List<Integer> halts = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ModelLoader loader = mock(ModelLoader.class);
  private final ServedModel model = TestModels.model("small");
  private final Catalog catalog = new Catalog(List.of(model));
  private WeightStore store = mock(WeightStore.class);
  private OptionalLong room = OptionalLong.empty();

  @TempDir private Path folder;

  @Test
  void stop_ofAPoolThatRunsNothing_letsTheProcessEndNormally() {
    lifecycle(runner()).stop();
    assertThat(halts).isEmpty();
  }

  @Test
  void stop_duringARunThatDoesNotEnd_haltsTheProcess() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Lane<String, String> lane =
        pool.open(
            new LaneSettings("stuck", 4, 1, 1, Duration.ZERO),
            () -> new Stuck(started, end),
            LaneListener.NONE,
            () -> {});
    lane.submit("picture", Deadline.after(Duration.ofSeconds(60), Ticker.system()));
    started.await();
    lifecycle(runner()).stop();
    assertThat(halts).containsExactly(143);
    end.countDown();
  }

  @Test
  void runner_thatHasBegun_isRunningOnlyOnceLibtorchHasStarted() {
    ModelsLifecycle lifecycle = lifecycle(runner());
    lifecycle.begin();
    assertThat(lifecycle.isRunning()).as("else Spring never calls start()").isFalse();
    lifecycle.start();
    assertThat(lifecycle.isRunning()).isTrue();
    lifecycle.stop();
    assertThat(lifecycle.isRunning()).isFalse();
    assertThat(halts).isEmpty();
  }

  @Test
  void service_thatCouldNotBePutTogether_stopsWhatItBegan() {
    ModelRunner runner = runner();
    ModelsLifecycle lifecycle = lifecycle(runner);
    lifecycle.begin();
    lifecycle.destroy();
    assertThatThrownBy(() -> runner.bring(model)).isInstanceOf(RejectedExecutionException.class);
    assertThat(halts).isEmpty();
  }

  private void fetchesUntilStopped(
      ServedModel model, CountDownLatch fetching, CountDownLatch stopped) {
    when(store.fetch(same(model.descriptor()), any()))
        .then(
            call -> {
              fetching.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                stopped.countDown();
              }
              return FILE;
            });
  }

  @Test
  void model_unloadedWhileItIsFetched_isFetchedNoFurther() throws InterruptedException {
    ServedModel gone = TestModels.model("gone");
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    fetchesUntilStopped(gone, fetching, stopped);
    ModelRunner runner = runner();
    catalog.add(gone);
    runner.bring(gone);
    fetching.await();
    runner.unload("gone");
    stopped.await();
    runner.end(Duration.ofSeconds(5));
  }

  private void becomesReady(ServedModel model) {
    doAnswer(
            call -> {
              model.becomeReady(mock(Pipeline.class));
              return null;
            })
        .when(loader)
        .load(same(model), any());
  }

  @Test
  void model_replacedWhileItIsFetched_isFetchedNoFurther() throws Exception {
    ServedModel slow = TestModels.model("other");
    ServedModel next = TestModels.model("other");
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    fetchesUntilStopped(slow, fetching, stopped);
    when(store.find(same(next.descriptor()))).thenReturn(Optional.of(FILE));
    becomesReady(next);
    ModelRunner runner = runner();
    CompletableFuture<ModelStatus> first = runner.serve(slow);
    fetching.await();
    assertThat(runner.serve(next).get().state()).isEqualTo(ModelState.READY);
    stopped.await();
    assertThat(first.get().reason()).isEqualTo("another one has taken its place");
    assertThat(catalog.find("other")).contains(next);
    await().until(() -> runner.downloads() == 0);
    runner.end(Duration.ofSeconds(5));
  }

  @Test
  void download_thatHasEnded_isKeptNoLonger() throws Exception {
    ServedModel fetched = TestModels.model("fetched");
    when(store.fetch(same(fetched.descriptor()), any())).thenReturn(FILE);
    becomesReady(fetched);
    ModelRunner runner = runner();
    assertThat(runner.serve(fetched).get().state()).isEqualTo(ModelState.READY);
    await().until(() -> runner.downloads() == 0);
    runner.end(Duration.ofSeconds(5));
  }

  @Test
  void model_thatDoesNotFit_failsInWordsBeforeItIsLoaded() throws Exception {
    ServedModel model = TestModels.model("large");
    VerifiedFile weights =
        new VerifiedFile(Files.write(folder.resolve("net.pth"), new byte[8 << 20]), "", true);
    when(store.find(any())).thenReturn(Optional.of(weights));
    becomesReady(model);
    ModelRunner runner = runner();
    room = OptionalLong.of(11 << 20);
    ModelStatus refused = runner.serve(model).get();
    assertThat(refused.state()).isEqualTo(ModelState.FAILED);
    assertThat(refused.reason())
        .contains("no room", "about 12 MiB, and 11 MiB", "resources.limits.memory");
    verify(loader, never()).load(any(), any());
    when(loader.isFp32(any())).thenReturn(true);
    ModelStatus inFp32 = runner.serve(TestModels.model("larger")).get();
    assertThat(inFp32.reason()).contains("about 20 MiB");
    runner.end(Duration.ofSeconds(5));
  }

  @Test
  void replacement_thatDoesNotFitBesideTheOther_isRefusedAndTheOtherSaysSo() throws Exception {
    ServedModel served = TestModels.model("other");
    ServedModel next = TestModels.model("other");
    VerifiedFile weights =
        new VerifiedFile(Files.write(folder.resolve("net.pth"), new byte[8 << 20]), "", true);
    when(store.find(any())).thenReturn(Optional.of(weights));
    becomesReady(served);
    becomesReady(next);
    ModelRunner runner = runner();
    room = OptionalLong.of(19 << 20);
    assertThat(runner.serve(served).get().state()).isEqualTo(ModelState.READY);
    ModelStatus refused = runner.serve(next).get();
    assertThat(refused.state()).isEqualTo(ModelState.FAILED);
    assertThat(refused.reason()).contains("about 20 MiB, and 19 MiB of memory are left");
    assertThat(served.status().reason()).contains("failed: there is no room");
    assertThat(catalog.find("other")).contains(served);
    room = OptionalLong.of(21 << 20);
    assertThat(runner.serve(next).get().state()).isEqualTo(ModelState.READY);
    assertThat(next.status().reason()).isNull();
    assertThat(catalog.find("other")).contains(next);
    runner.end(Duration.ofSeconds(5));
  }

  @Test
  void model_unloadedBeforeItsDownloadIsKept_isFetchedNoFurther() throws InterruptedException {
    ServedModel gone = TestModels.model("gone");
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    fetchesUntilStopped(gone, fetching, stopped);
    AtomicInteger looks = new AtomicInteger();
    Catalog watched = spy(catalog);
    doAnswer(
            call -> {
              // The loading thread looks before it submits the download, and after.
              if (Thread.currentThread().getName().equals("model-loader")
                  && looks.incrementAndGet() == 2) {
                fetching.await();
                catalog.remove("gone");
                return false;
              }
              return call.callRealMethod();
            })
        .when(watched)
        .serves(gone);
    ModelRunner runner = runner(watched);
    watched.add(gone);
    runner.bring(gone);
    stopped.await();
    runner.end(Duration.ofSeconds(5));
  }

  @Test
  void model_unloadedWhileItIsFetched_isNotLoaded() throws InterruptedException {
    ServedModel gone = TestModels.model("gone");
    ServedModel later = TestModels.model("gone");
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch unloaded = new CountDownLatch(1);
    when(store.fetch(same(gone.descriptor()), any()))
        .then(
            call -> {
              fetching.countDown();
              // The last byte came before the interrupt.
              Uninterruptibly.await(unloaded);
              return FILE;
            });
    CountDownLatch handedOver = new CountDownLatch(1);
    Catalog watched = spy(catalog);
    doAnswer(
            call -> {
              if (unloaded.getCount() == 0) {
                handedOver.countDown();
              }
              return call.callRealMethod();
            })
        .when(watched)
        .serves(gone);
    ModelRunner runner = runner(watched);
    begin(runner);
    watched.add(gone);
    runner.bring(gone);
    fetching.await();
    runner.unload("gone");
    watched.add(later);
    unloaded.countDown();
    handedOver.await();
    // The loading thread does one thing after the other.
    runner.bring(later);
    verify(loader, timeout(30_000)).load(same(later), any());
    verify(loader, never()).load(same(gone), any());
    runner.end(Duration.ofSeconds(5));
  }

  @Test
  void metrics_ofAModelThatCameAgainAtOnce_areThere() throws InterruptedException {
    ServedModel first = TestModels.model("other");
    ServedModel second = TestModels.model("other");
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch loaded = new CountDownLatch(1);
    when(store.find(any())).thenReturn(Optional.of(FILE));
    doAnswer(
            call -> {
              busy.countDown();
              gate.await();
              return null;
            })
        .when(loader)
        .load(same(model), any());
    doAnswer(
            call -> {
              loaded.countDown();
              return null;
            })
        .when(loader)
        .load(same(second), any());
    ModelRunner runner = runner();
    begin(runner);
    busy.await();
    catalog.add(first);
    runner.bring(first);
    runner.unload("other");
    catalog.add(second);
    runner.bring(second);
    gate.countDown();
    loaded.await();
    second.become(ModelState.READY);
    assertThat(
            registry
                .get(CatalogMetrics.MODEL_STATE)
                .tags("model", "other", "state", "ready")
                .gauge()
                .value())
        .isEqualTo(1);
    runner.end(Duration.ofSeconds(5));
  }

  @Test
  void error_whileWeightsAreLookedFor_failsTheModel() {
    when(store.find(any())).thenThrow(new OutOfMemoryError("Java heap space"));
    ModelRunner runner = runner();
    begin(runner);
    await().until(() -> model.status().state() == ModelState.FAILED);
    assertThat(model.status().reason()).isEqualTo("java.lang.OutOfMemoryError: Java heap space");
    runner.end(Duration.ofSeconds(5));
  }

  @Test
  void download_thatTimeMayMend_saysWhenItIsTriedAgain() {
    DownloadException busy = mock(DownloadException.class);
    when(busy.passing()).thenReturn(true);
    when(busy.getMessage()).thenReturn("the server is busy");
    when(store.fetch(any(), any())).thenThrow(busy);
    ModelRunner runner = runner();
    begin(runner);
    await().until(() -> model.status().state() == ModelState.FAILED);
    assertThat(model.status())
        .isEqualTo(
            new ModelStatus(
                ModelState.FAILED, "the server is busy. It is tried again in 30 s", 30L));
    runner.end(Duration.ofSeconds(5));
  }

  @Test
  void model_offline_saysWhichFileToPutWhere_andWhichOneIsWrong() throws IOException {
    Path cache = folder.resolve("cache");
    Path wrong = Files.writeString(folder.resolve("net.pth"), "another file");
    ModelDescriptor.RemoteFile source =
        new ModelDescriptor.RemoteFile(
            URI.create("https://models.example/net.pth"),
            "net.pth",
            null,
            "0123456789",
            false,
            null);
    ServedModel remote =
        TestModels.model(
            "remote", folder.resolve("remote.yml"), new Weights(null, null, List.of(source)));
    store =
        new WeightStore(
            cache,
            DownloadSettings.defaults().withOffline(true),
            Timing.system(),
            "https://hub.example");
    ModelRunner runner = runner(new Catalog(List.of(remote)));
    runner.bring(remote);
    await().until(() -> remote.status().state() == ModelState.FAILED);
    assertThat(remote.status().reason())
        .startsWith("remote: downloads are switched off (offline). ")
        .contains("put the file at " + cache.resolve("net.pth") + " (SHA-256 0123456789…")
        .contains(wrong + " is not the expected file");
    assertThat(remote.status().retryAfter()).isNull();
    runner.end(Duration.ofSeconds(5));
  }

  private ModelRunner runner() {
    return runner(catalog);
  }

  private ModelRunner runner(Catalog served) {
    return new ModelRunner(
        served,
        () -> loader,
        store,
        new CatalogMetrics(registry),
        () -> room,
        Duration.ofSeconds(1));
  }

  private ModelsLifecycle lifecycle(ModelRunner runner) {
    Natives natives = mock(Natives.class);
    when(natives.settled(any())).thenReturn(true);
    return new ModelsLifecycle(natives, catalog, runner, pool, halts::add);
  }

  private void begin(ModelRunner runner) {
    lifecycle(runner).begin();
  }

  /** Native code that no interrupt reaches. */
  private record Stuck(CountDownLatch started, CountDownLatch end)
      implements Predictor<String, String> {
    @Override
    public List<String> run(List<String> batch) {
      started.countDown();
      Uninterruptibly.await(end);
      return batch;
    }

    @Override
    public void close() {}
  }

  /** What no interrupt reaches. */
  private static final class Uninterruptibly {
    static void await(CountDownLatch latch) {
      boolean ended = false;
      while (!ended) {
        try {
          latch.await();
          ended = true;
        } catch (InterruptedException e) {
          // Goes on.
        }
      }
    }
  }
}
