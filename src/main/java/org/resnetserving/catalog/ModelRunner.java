package org.resnetserving.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.resnetserving.download.DownloadException;
import org.resnetserving.download.DownloadException.Kind;
import org.resnetserving.pool.WorkerPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Brings models to answering while the server is already up, and takes them away again when it has
 * stopped taking requests.
 */
final class ModelRunner implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ModelRunner.class);

  /** Downloads at once: they wait for the network, not for a core. */
  private static final int DOWNLOADS = 4;

  private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
  private static final Duration LAST_RETRY = Duration.ofMinutes(10);

  /** What a run may take that nobody waits for any more. */
  private static final Duration LAST_RUN = Duration.ofSeconds(5);

  /** The exit status of a process that was ended by SIGTERM. */
  private static final int TERMINATED = 143;

  /** What time may mend. */
  private static final Set<Kind> PASSING =
      EnumSet.of(Kind.NO_NETWORK, Kind.TIMEOUT, Kind.BUSY, Kind.BROKEN);

  private final Catalog catalog;
  private final ModelLoader loader;
  private final WeightStore store;
  private final WorkerPool pool;
  private final CatalogMetrics metrics;
  private final Duration grace;
  private final IntConsumer halt;

  /*
   * Concurrency: every change of a model's pipeline happens on the one loading thread, so that
   * loading and unloading of a model never overlap, and two models are never compiled or timed
   * against each other. Downloads run elsewhere and hand over to it.
   */
  private final ScheduledExecutorService loading =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "model-loader"));

  private final ScheduledExecutorService downloading =
      Executors.newScheduledThreadPool(DOWNLOADS, task -> daemon(task, "model-download"));
  private volatile boolean running;

  /**
   * @param grace for what was accepted, when a model is taken away
   * @param halt ends the process at once, without running native destructors
   */
  ModelRunner(
      Catalog catalog,
      ModelLoader loader,
      WeightStore store,
      WorkerPool pool,
      CatalogMetrics metrics,
      Duration grace,
      IntConsumer halt) {
    this.catalog = catalog;
    this.loader = loader;
    this.store = store;
    this.pool = pool;
    this.metrics = metrics;
    this.grace = grace;
    this.halt = halt;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void start() {
    running = true;
    catalog.models().forEach(this::bring);
  }

  /** Has the model loaded, and its weights fetched before where they are not here. */
  void bring(ServedModel model) {
    metrics.watch(model);
    loading.execute(
        () -> {
          Optional<Path> weights;
          try {
            weights = store.find(model.descriptor());
          } catch (RuntimeException e) {
            failed(model, e);
            return;
          }
          if (weights.isPresent()) {
            loader.load(model, weights.get());
          } else {
            model.become(ModelState.DOWNLOADING);
            downloading.execute(() -> fetch(model, FIRST_RETRY));
          }
        });
  }

  private void fetch(ServedModel model, Duration retry) {
    try {
      Path weights = store.fetch(model.descriptor(), loader.progress(model));
      loading.execute(() -> loader.load(model, weights));
    } catch (DownloadException e) {
      if (running && PASSING.contains(e.kind())) {
        failed(
            model, "%s. It is tried again in %s s.".formatted(e.getMessage(), retry.toSeconds()));
        Duration next = retry.multipliedBy(2);
        retryLater(model, retry, next.compareTo(LAST_RETRY) < 0 ? next : LAST_RETRY);
      } else {
        failed(model, e);
      }
    } catch (RejectedExecutionException e) {
      failed(model, "the service stops");
    } catch (RuntimeException e) {
      failed(model, e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Its failures end in the model's state.
  private void retryLater(ServedModel model, Duration wait, Duration next) {
    downloading.schedule(
        () -> {
          if (catalog.has(model.name())) {
            model.become(ModelState.DOWNLOADING);
            fetch(model, next);
          }
        },
        wait.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private static void failed(ServedModel model, RuntimeException e) {
    failed(model, String.valueOf(e.getMessage()));
  }

  private static void failed(ServedModel model, String reason) {
    model.become(ModelState.FAILED, reason);
    log.warn("Model {} failed: {}", model.name(), reason);
  }

  /** Takes a model away: it is unknown at once, and finishes what it has accepted. */
  void unload(ServedModel model) {
    catalog.remove(model.name());
    loading.execute(
        () -> {
          close(model);
          metrics.forget(model);
        });
  }

  private void close(ServedModel model) {
    Pipeline pipeline = model.pipeline();
    if (pipeline != null) {
      pipeline.close(grace);
    }
  }

  /**
   * Waits for what runs, since libtorch's destructors at the exit of the process would crash a run
   * that is under way. The web server has stopped, so nobody waits for more.
   */
  @Override
  public void stop() {
    running = false;
    downloading.shutdownNow();
    loading.shutdownNow();
    loader.stop();
    boolean loaded = ended(loading);
    pool.close(LAST_RUN);
    if (loaded && pool.busyWorkers() == 0) {
      catalog.models().forEach(this::close);
    } else {
      log.error("A run has not ended: the process ends without cleaning up. {}", pool);
      halt.accept(TERMINATED);
    }
  }

  private static boolean ended(ExecutorService executor) {
    try {
      return executor.awaitTermination(LAST_RUN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Stopping is for good. */
  @Override
  public boolean isPauseable() {
    return false;
  }

  /** Before the web server starts, and after it stopped. */
  @Override
  public int getPhase() {
    return 0;
  }
}
